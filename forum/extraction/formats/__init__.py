"""One module for each kind of file; each has `read(file, context)`, which yields what it finds as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO

from forum.extraction import types
from forum.extraction.outcomes import Found, Limits, Page


@dataclass(frozen=True)
class Picture:
    """A small WebP of the first page."""

    webp: bytes


@dataclass(frozen=True)
class Context:
    """What every kind of file is read with.

    Attributes:
        media_type: what it is.
        languages: which tesseract can read here, in its own codes; empty where it is not installed.
    """

    media_type: str
    limits: Limits
    languages: tuple[str, ...] = ()


Piece = Page | Found | Picture
Reader = Callable[[BinaryIO, Context], Iterator[Piece]]

MODULES = {
    types.PDF: "pdf",
    types.DOCX: "word",
    types.PPTX: "slides",
    types.XLSX: "sheets",
    types.ODT: "opendocument",
    types.EPUB: "books",
    types.HTML: "web",
    types.TEXT: "plain",
    **dict.fromkeys(types.PICTURES, "scans"),
}


def reader_of(media_type: str) -> Reader:
    """The function that reads this type; loads only what this one needs.

    Raises:
        KeyError: nobody reads it.
    """
    reader: Reader = import_module(f"{__name__}.{MODULES[media_type]}").read
    return reader
