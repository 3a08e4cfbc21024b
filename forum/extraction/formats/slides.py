"""PowerPoint: a page for each slide, with its tables and the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pptx
from lxml import etree
from pptx.exc import PackageNotFoundError

from forum.extraction.containers import member, opened
from forum.extraction.formats import Context, Picture, Piece
from forum.extraction.formats.properties import said_by
from forum.extraction.markup import tidied
from forum.extraction.outcomes import Page, Reason, Unreadable
from forum.extraction.pictures import preview_of

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    """Yields a page for each slide."""
    package = opened(file, context.limits)
    file.seek(0)
    try:
        presentation = pptx.Presentation(file)
        slides = list(presentation.slides)
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise Unreadable(Reason.DAMAGED, str(error)[:200]) from error
    yield said_by(presentation.core_properties, pages=len(slides) or None)
    if made := preview_of(member(package, "docProps/thumbnail.jpeg")):
        yield Picture(made)
    for slide in slides:
        parts = [_words(slide.element)]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            parts.append(_words(slide.notes_slide.notes_text_frame._txBody))
        yield Page(tidied("\n\n".join(parts)))


def _words(root: Any) -> str:
    made: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and element.tag == A + "t":
            made.append(element.text or "")
        elif event == "start" and element.tag == A + "br":
            made.append("\n")
        elif event == "start" and element.tag == A + "tc" and element.getprevious() is not None:
            made.append(" | " if element.getprevious().tag == A + "tc" else "")
        elif event == "end" and ((element.tag == A + "p" and not _in_cell(element)) or element.tag == A + "tr"):
            made.append("\n")
    return "".join(made)


def _in_cell(paragraph: Any) -> bool:
    return any(ancestor.tag == A + "tc" for ancestor in paragraph.iterancestors())
