"""A file is what its content says, whatever it is called."""

import io
import zipfile

import pytest
from PIL import Image

from forum.extraction import types
from forum.extraction.types import what_is
from tests.pace import paces


def container(*names: str, mimetype: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return made.getvalue()


def picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"%PDF-1.7\n...", types.PDF),
        (b"\r\n\r\n%PDF-1.4 after some white space", types.PDF),
        (container("[Content_Types].xml", "word/document.xml"), types.DOCX),
        (container("[Content_Types].xml", "ppt/presentation.xml"), types.PPTX),
        (container("[Content_Types].xml", "xl/workbook.xml"), types.XLSX),
        (container("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"), types.ODT),
        (container("META-INF/container.xml", mimetype=b"application/epub+zip"), types.EPUB),
        (b"<!DOCTYPE html><title>x</title>", types.HTML),
        (b"\xef\xbb\xbf <!-- a --> <?xml version='1.0'?>\n<HTML lang='es'>", types.HTML),
        ("<html><p>hola".encode("utf-16"), types.HTML),
        ("Los niños".encode(), types.TEXT),
        ("Los niños".encode("cp1252"), types.TEXT),
        ("الأطفال".encode("cp1256"), types.TEXT),
        ("العدالة".encode("utf-16"), types.TEXT),
        (picture("PNG"), types.PNG),
        (picture("JPEG"), types.JPEG),
        (picture("TIFF"), types.TIFF),
        (picture("WEBP"), types.WEBP),
    ],
)
def test_what_the_library_takes_is_recognised(content, type):
    assert what_is(io.BytesIO(content)) == type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"GIF89a\x01\x00",
        b"#!/bin/sh\nrm -rf /",
        b"{\\rtf1\\ansi",
        b"%!PS-Adobe-3.0",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<?xml version='1.0'?><rss/>",
        b"PK\x03\x04 and no more",
        container("readme.txt"),
        container("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        container("content.xml", mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
        container("word/document.xml"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
)
def test_everything_else_is_nothing(content):
    assert what_is(io.BytesIO(content)) is None


def test_a_container_of_too_many_members_is_nothing_and_costs_nothing():
    content = container("[Content_Types].xml", "word/document.xml", *(f"word/{n}" for n in range(types.MAX_MEMBERS)))
    assert what_is(io.BytesIO(content)) is None
    assert paces(lambda: what_is(io.BytesIO(content))) < 100


def test_a_second_directory_that_says_other_sizes_is_not_believed():
    content = container("[Content_Types].xml", "word/document.xml")
    at = content.rindex(b"PK\x05\x06")
    assert what_is(io.BytesIO(content[:at] + b"PK\x06\x07" + bytes(16) + content[at:])) is None


def test_many_comments_are_no_riddle():
    assert what_is(io.BytesIO(b"<!---->" * 1000)) == types.TEXT
    assert paces(lambda: what_is(io.BytesIO(b"<!---->" * 1000))) < 100


def test_the_file_is_left_at_its_beginning():
    file = io.BytesIO(container("[Content_Types].xml", "word/document.xml"))
    what_is(file)
    assert file.tell() == 0
