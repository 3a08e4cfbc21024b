"""XML and HTML from strangers: no entities of their own, nothing fetched, no end of depth. And their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from forum.extraction.outcomes import Found, Reason, Unreadable

#: What stands around the text of a page on the web, and is on every page of the same site.
AROUND = frozenset({"nav", "header", "footer", "aside", "form", "menu", "dialog"})
NO_WORDS = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "object",
        "iframe",
        "canvas",
        "head",
        "select",
        "button",
        "audio",
        "video",
    ]
)
AROUND_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu"})
AROUND_NAMES = re.compile(
    r"(?:^|[-_\s])(?:cookie|consent|breadcrumbs?|sidebar|share|social|newsletter|menu|nav|footer|related|skip)"
    r"(?:$|[-_\s])", re.I
)  # fmt: skip
BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
        "body",
        "html",
        "title",
    ]
)
CELLS = frozenset({"td", "th"})


def xml(content: bytes) -> Any:
    """The root of an XML document.

    Raises:
        Unreadable: it is not well-formed, or too deep.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(Reason.DAMAGED, str(error)[:200]) from error


def html_tree(content: bytes, encoding: str | None = None) -> Any:
    """The root of an HTML document, mended as browsers mend it; None if nothing is left of it."""
    parser = html.HTMLParser(no_network=True, huge_tree=False, encoding=encoding)
    try:
        return html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def words_of(root: Any, *, whole: bool = False) -> str:
    """The text a reader would read, a line for each block.

    Args:
        whole: with what stands around it too; a chapter of a book has no menus.
    """
    return tidied("".join(_pieces(root, whole=whole)))


def _pieces(root: Any, *, whole: bool) -> Iterator[str]:
    """Walks without recursion: depth is the author's to choose."""
    skipped: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):  # says nothing, but what follows it does
            yield " ".join((element.tail or "").split("\n")) if skipped is None else ""
            continue
        tag = etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
        if event == "start":
            if skipped is None and (not tag or tag in NO_WORDS or (not whole and _is_around(element, tag))):
                skipped = element
            if skipped is None:
                yield "\n" if tag in BLOCKS else " | " if tag in CELLS and element.getprevious() is not None else ""
                yield " ".join((element.text or "").split("\n")) if tag != "pre" else element.text or ""
            continue
        if skipped is element:
            skipped = None
        elif skipped is None and tag in BLOCKS:
            yield "\n"
        if skipped is None and element is not root:
            yield " ".join((element.tail or "").split("\n"))


def _is_around(element: Any, tag: str) -> bool:
    if tag in ("body", "html", "main", "article"):
        return False
    if tag in AROUND:
        return not (tag == "header" and any(a.tag in ("article", "main") for a in element.iterancestors()))
    if (
        element.get("role", "").lower() in AROUND_ROLES
        or element.get("aria-hidden") == "true"
        or "hidden" in element.attrib
    ):
        return True
    return bool(AROUND_NAMES.search(f"{element.get('id', '')} {element.get('class', '')}"))


def tidied(text: str) -> str:
    """No runs of blanks, no more than one empty line in a row."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def found_in(root: Any) -> Found:
    """What the head of a page on the web says: citation_* (Google Scholar), Dublin Core, OpenGraph, plain."""
    said: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name and meta.get("content"):
            said.setdefault(name, []).append(meta.get("content"))

    def first(*names: str) -> str:
        return next((said[name][0] for name in names if name in said), "")

    title = first("citation_title", "dc.title", "dcterms.title", "og:title") or "".join(
        (root.findtext(".//title") or "").split("\n")
    )
    authors = next((said[n] for n in ("citation_author", "dc.creator", "dcterms.creator", "author") if n in said), [])
    date = first(
        "citation_publication_date", "citation_date", "dc.date", "dcterms.issued", "article:published_time"
    ).replace("/", "-")
    return Found(title, tuple(authors), day(date), (root.get("lang") or first("dc.language"))[:2].lower())


def day(said: str) -> str:
    """The date at the beginning of what was said, as exact as it is."""
    found = re.match(r"\s*(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", said)
    return "-".join(part for part in found.groups() if part) if found else ""
