"""What a file is, by what is in it. Names and what a browser claims are not asked."""

from __future__ import annotations

import re
import struct
import zipfile
from typing import BinaryIO

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
EPUB = "application/epub+zip"
HTML = "text/html"
TEXT = "text/plain"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
WEBP = "image/webp"

#: Every type the library takes, with the ending its files are given.
ENDINGS = {
    PDF: ".pdf",
    DOCX: ".docx",
    PPTX: ".pptx",
    XLSX: ".xlsx",
    ODT: ".odt",
    EPUB: ".epub",
    HTML: ".html",
    TEXT: ".txt",
    PNG: ".png",
    JPEG: ".jpg",
    TIFF: ".tif",
    WEBP: ".webp",
}
PICTURES = frozenset({PNG, JPEG, TIFF, WEBP})
CONTAINERS = frozenset({DOCX, PPTX, XLSX, ODT, EPUB})

HEAD = 8192  # bytes that are looked at
MAX_MEMBERS = 10_000  # in a zip; a book of a thousand pages has some hundreds
MAX_DIRECTORY = 2**20  # bytes of the list of members

#: A member that only this kind of document has. (ECMA-376 part 2; a document with macros is none of these.)
MAIN_PARTS = {"word/document.xml": DOCX, "ppt/presentation.xml": PPTX, "xl/workbook.xml": XLSX}
#: What the first member, stored as it is, says. (OpenDocument 1.3 part 2, 3.3; EPUB 3.3, 4.2.2)
SAYS = {b"application/vnd.oasis.opendocument.text": ODT, b"application/epub+zip": EPUB}

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
#: Atomic and possessive, since each pair of comments could else be read in two ways, and a hundred of them in 2^100.
MARKUP = re.compile(rb"(?:\s|(?><!--.*?-->)|(?><\?xml[^>]*\?>))*+<(?:!doctype\s+html|html|head|body)[\s>]", re.I | re.S)
#: Text to a computer, not to a reader.
NOT_FOR_READERS = (b"{\\rtf", b"%!PS", b"#!", b"<?xml", b"<svg", b"<?php", b"%PDF", b"\x1b")


def what_is(file: BinaryIO) -> str | None:
    """The media type of a file, or None where it is none the library takes.

    Args:
        file: one that can seek; it is left at its beginning. Costs a few kilobytes of reading, whatever the size.
    """
    file.seek(0)
    head = file.read(HEAD)
    try:
        return _by_signature(head) or (_container(file) if head.startswith(b"PK\x03\x04") else _words(head))
    finally:
        file.seek(0)


def _by_signature(head: bytes) -> str | None:
    if b"%PDF-" in head[:1024]:  # ISO 32000-2, annex I: readers accept it within the first kilobyte
        return PDF if not head.startswith((b"PK", b"<")) else None
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return None


def _container(file: BinaryIO) -> str | None:
    """A zip is what its members say, if their list is short enough to be read in a request."""
    if not _directory_is_modest(file):
        return None
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as container:
            names = container.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if names and names[0] == "mimetype" and container.infolist()[0].compress_type == zipfile.ZIP_STORED:
                with container.open("mimetype") as said:
                    return SAYS.get(said.read(100).strip())
            if "[Content_Types].xml" in names:
                return next((MAIN_PARTS[name] for name in MAIN_PARTS if name in names), None)
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, struct.error, EOFError):
        return None
    return None


def _directory_is_modest(file: BinaryIO) -> bool:
    """Reads the end record by itself, since `zipfile` would first load the list of members, however long."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))  # the record and the longest comment after it
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22 or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        return False  # the last would let a second record (zip64) say other sizes than this one
    members, length = struct.unpack("<10xHI", tail[at : at + 16])
    return members <= MAX_MEMBERS and length <= MAX_DIRECTORY


def _words(head: bytes) -> str | None:
    """HTML, or text in some writing: nothing else is made of characters alone."""
    if not head.strip():
        return None
    for mark, encoding in BOMS:
        if head.startswith(mark):
            head = head.decode(encoding, errors="ignore").encode()
            break
    if MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return HTML
    if head.lstrip().startswith(NOT_FOR_READERS) or not CONTROLS.isdisjoint(head):
        return None
    return TEXT
