"""EPUB: chapters in the order of its spine. (EPUB 3.3)"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import unquote

from forum.extraction.containers import member, opened
from forum.extraction.flowing import in_sections
from forum.extraction.formats import Context, Picture, Piece
from forum.extraction.markup import day, html_tree, words_of, xml
from forum.extraction.outcomes import Found, Page, Reason, Unreadable
from forum.extraction.pictures import preview_of


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    """Yields what the package says, the cover, and the chapters in sections."""
    book = opened(file, context.limits)
    if member(book, "META-INF/encryption.xml") and member(book, "META-INF/rights.xml"):
        raise Unreadable(Reason.ENCRYPTED)
    container = xml(member(book, "META-INF/container.xml") or b"")
    places = container.xpath("//*[local-name()='rootfile']/@full-path")
    package = xml(member(book, places[0]) or b"") if places else None
    if package is None:
        raise Unreadable(Reason.DAMAGED, "no package")
    folder = posixpath.dirname(places[0])
    items = {item.get("id"): item for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")}
    yield _said(package)
    if made := preview_of(_cover(book, package, items, folder)):
        yield Picture(made)
    for id in package.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref"):
        content = member(book, _path(folder, items[id])) if id in items else None
        root = html_tree(content, "utf-8") if content else None
        if root is not None and (words := words_of(root, whole=True)):
            yield from map(Page, in_sections(words))


def _path(folder: str, item: Any) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))


def _said(package: Any) -> Found:
    def all_of(name: str) -> list[str]:
        return [" ".join((e.text or "").split()) for e in package.xpath(f"//*[local-name()='{name}']") if e.text]

    titles, dates, languages = all_of("title"), all_of("date"), all_of("language")
    return Found(
        titles[0] if titles else "",
        tuple(all_of("creator")),
        day(dates[0]) if dates else "",
        languages[0][:2].lower() if languages else "",
    )


def _cover(book: Any, package: Any, items: dict[str, Any], folder: str) -> bytes | None:
    named = package.xpath("//*[local-name()='meta'][@name='cover']/@content")
    covers = [i for i in items.values() if "cover-image" in (i.get("properties") or "").split()]
    covers += [items[id] for id in named if id in items]
    return member(book, _path(folder, covers[0])) if covers else None
