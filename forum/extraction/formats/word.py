"""Word documents: headings, paragraphs, tables and notes, by the pages Word last laid out. (ECMA-376 part 1, 17)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from forum.extraction.containers import member, opened
from forum.extraction.flowing import in_pages
from forum.extraction.formats import Context, Picture, Piece
from forum.extraction.formats.properties import said_by
from forum.extraction.markup import tidied, xml
from forum.extraction.outcomes import Page, Reason, Unreadable
from forum.extraction.pictures import preview_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
NOTES = {W + "footnoteReference": "word/footnotes.xml", W + "endnoteReference": "word/endnotes.xml"}


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    package = opened(file, context.limits)
    file.seek(0)
    try:
        document = docx.Document(file)
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise Unreadable(Reason.DAMAGED, str(error)[:200]) from error
    yield said_by(document.core_properties)
    if made := preview_of(member(package, "docProps/thumbnail.jpeg")):
        yield Picture(made)
    notes = {tag: _notes(member(package, name)) for tag, name in NOTES.items()}
    marked = "".join(_pieces(document.element.body, notes)).split("\f")
    yield from (Page(tidied(page)) for page in in_pages(marked))


def _notes(content: bytes | None) -> dict[str, str]:
    if content is None:
        return {}
    return {note.get(W + "id", ""): "".join(t.text or "" for t in note.iter(W + "t")).strip() for note in xml(content)}


def _pieces(body: Any, notes: dict[str, dict[str, str]]) -> Iterator[str]:
    """The words in order; a form feed where a page ends, and before it what its notes say."""
    skipped: Any = None
    footnotes: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if skipped is None and tag == FALLBACK:  # says again what the choice beside it said
                skipped = element
            if skipped is not None:
                continue
            if tag == W + "t":
                yield element.text or ""
            elif tag == W + "tab":
                yield "\t"
            elif tag == W + "lastRenderedPageBreak" or (tag == W + "br" and element.get(W + "type") == "page"):
                yield from ("\n", *footnotes, "\f")
                footnotes.clear()
            elif tag in (W + "br", W + "cr"):
                yield "\n"
            elif tag == W + "tc" and element.getprevious() is not None and element.getprevious().tag == tag:
                yield " | "
            elif tag in NOTES and (note := notes[tag].get(element.get(W + "id", ""))):
                mark = f"[{element.get(W + 'id')}]"
                yield mark
                footnotes.append(f"{mark} {note}\n")
        elif skipped is element:
            skipped = None
        elif skipped is None and tag in (W + "p", W + "tr"):
            in_cell = tag == W + "p" and element.getparent() is not None and element.getparent().tag == W + "tc"
            yield " " if in_cell else "\n"
    yield from ("\n", *footnotes)
