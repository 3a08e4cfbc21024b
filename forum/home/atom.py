"""Lists as Atom feeds (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as xml

NAMESPACE = "http://www.w3.org/2005/Atom"
xml.register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class FeedEntry:
    """One line of a feed. `path` is its page's, which is permanent and so makes its id too."""

    path: str
    title: str
    language: str
    updated: datetime
    author: str | None
    summary: str = ""
    categories: tuple[str, ...] = ()


def feed(title: str, *, base: str, path: str, site: str, entries: Iterable[FeedEntry]) -> bytes:
    """An Atom document.

    Args:
        title: what the feed is called.
        base: the site's address, without a slash at the end.
        path: the feed's own path with its filters.
        site: the name of the site, which stands in where an entry has no author.
    """
    root = xml.Element(f"{{{NAMESPACE}}}feed")
    listed = list(entries)
    _add(root, "id", base + path)
    _add(root, "title", title)
    _add(root, "updated", _stamp(max((entry.updated for entry in listed), default=datetime(2009, 11, 4, tzinfo=UTC))))
    _add(root, "link", None, rel="self", href=base + path)
    _add(_add(root, "author", None), "name", site)
    for entry in listed:
        node = _add(root, "entry", None)
        node.set("{http://www.w3.org/XML/1998/namespace}lang", entry.language)
        _add(node, "id", base + entry.path)
        _add(node, "title", entry.title)
        _add(node, "updated", _stamp(entry.updated))
        _add(node, "link", None, rel="alternate", href=base + entry.path)
        _add(_add(node, "author", None), "name", entry.author or site)
        if entry.summary:
            _add(node, "summary", entry.summary)
        for category in entry.categories:
            _add(node, "category", None, term=category)
    return bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _add(parent: xml.Element, name: str, text: str | None, **attributes: str) -> xml.Element:
    node = xml.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    node.text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t") if text else None
    return node


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
