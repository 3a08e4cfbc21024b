"""OpenDocument text: its paragraphs, tables and notes, by the page breaks it was saved with. (OpenDocument 1.3)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from forum.extraction.containers import member, opened
from forum.extraction.flowing import in_pages
from forum.extraction.formats import Context, Picture, Piece
from forum.extraction.markup import day, tidied, xml
from forum.extraction.outcomes import Found, Page, Reason, Unreadable
from forum.extraction.pictures import preview_of

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
NOT_SAID = frozenset({TEXT + "tracked-changes", OFFICE + "annotation", TEXT + "sequence-decls"})
SIGNS = {TEXT + "s": " ", TEXT + "tab": "\t", TEXT + "line-break": "\n", TEXT + "soft-page-break": "\f"}


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    document = opened(file, context.limits)
    if b"manifest:encryption-data" in (member(document, "META-INF/manifest.xml") or b""):
        raise Unreadable(Reason.ENCRYPTED)
    content = member(document, "content.xml")
    if content is None:
        raise Unreadable(Reason.DAMAGED, "no content.xml")
    if meta := member(document, "meta.xml"):
        yield _said(xml(meta))
    if made := preview_of(member(document, "Thumbnails/thumbnail.png")):
        yield Picture(made)
    root = xml(content)
    body = next(root.iter(OFFICE + "body"), None)
    if body is not None:
        yield from (Page(tidied(page)) for page in in_pages("".join(_pieces(body, _breaking(root))).split("\f")))


def _breaking(root: Any) -> frozenset[str]:
    """Names of the styles of paragraphs that begin a page."""
    return frozenset(
        style.get(STYLE + "name", "")
        for style in root.iter(STYLE + "style")
        if any(p.get(FO + "break-before") == "page" for p in style.iter(STYLE + "paragraph-properties"))
    )


def _pieces(body: Any, breaking: frozenset[str]) -> Iterator[str]:
    skipped: Any = None
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "start" and skipped is None:
            if element.tag in NOT_SAID:
                skipped = element
                continue
            if element.tag == TEXT + "note":
                yield " ["
            if element.get(TEXT + "style-name") in breaking:
                yield "\f"
            if element.tag == TABLE + "table-cell" and element.getprevious() is not None:
                yield " | "
            yield SIGNS.get(element.tag, element.text or "")
        elif event == "end":
            if skipped is None:
                if element.tag == TEXT + "note":
                    yield "]"
                if element.tag in (TEXT + "p", TEXT + "h") and not _is_in_line(element):
                    yield "\n"
                if element.tag == TABLE + "table-row":
                    yield "\n"
            if skipped is element:
                skipped = None
            if skipped is None and element is not body:
                yield element.tail or ""


def _is_in_line(paragraph: Any) -> bool:
    """In a cell or a note, whose end says more than the paragraph's."""
    return any(a.tag in (TABLE + "table-cell", TEXT + "note") for a in paragraph.iterancestors())


def _said(meta: Any) -> Found:
    def first(name: str) -> str:
        return next((e.text for e in meta.xpath(f"//*[local-name()='{name}']") if e.text), "")

    author = first("initial-creator") or first("creator")
    return Found(
        first("title"), (author,) if author else (), day(first("creation-date")), first("language")[:2].lower()
    )
