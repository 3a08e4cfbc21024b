"""Files made by code for tests: whole ones of every kind the library takes, and hostile ones of many kinds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import docx
import openpyxl
import pptx
from odf.dc import Title
from odf.opendocument import OpenDocumentText
from odf.text import H, P
from PIL import Image, ImageDraw, ImageFont

ARABIC = range(0x600, 0x700)
PHRASE = "restorative circles replaced solitary confinement"
ARABIC_PHRASE = "التدابير البديلة للاحتجاز"


def _shown(line: str) -> str:
    """As a typesetter puts it down: signs from left to right, so Arabic backwards."""
    return line[::-1] if any(ord(sign) in ARABIC for sign in line) else line


def pdf(
    pages: Iterable[str], *, title: str = "", author: str = "", created: str = "", language: str = "", trailer: str = ""
) -> bytes:
    """A PDF of these texts, a line for a line. Its font is a name and a table of Unicode, as ISO 32000-2, 9.10 asks."""
    texts = list(pages)
    to_unicode = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        b"100 beginbfrange\n"
        + b"".join(b"<%02x00> <%02xff> <%02x00>\n" % (high, high, high) for high in range(100))
        + b"endbfrange endcmap end end"
    )
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (%s) >>" % language.encode(),
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(texts), b" ".join(b"%d 0 R" % (8 + 2 * n) for n in range(len(texts)))),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /FontDescriptor 5 0 R /DW 500 >>",
        b"<< /Type /FontDescriptor /FontName /Any /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800"
        b" /Descent -200 /CapHeight 700 /StemV 80 >>",
        _stream(to_unicode),
        b"<< /Title <%s> /Author <%s> /CreationDate (%s) >>" % (_text(title), _text(author), created.encode()),
    ]
    for number, text in enumerate(texts):
        lines = b"".join(b"<%s> Tj T*\n" % _shown(line).encode("utf-16-be").hex().encode() for line in text.split("\n"))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents %d 0 R >>"
            % (9 + 2 * number)
        )
        objects.append(_stream(b"BT /F 11 Tf 14 TL 50 780 Td\n" + lines + b"ET"))
    return _assembled(objects, trailer.encode())


def _text(said: str) -> bytes:
    return (b"\xfe\xff" + said.encode("utf-16-be")).hex().encode()


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def _assembled(objects: list[bytes], trailer: bytes = b"") -> bytes:
    made, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        made
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (len(objects) + 1, table)
        + b"<< /Size %d /Root 1 0 R /Info 7 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, len(made))
    )


def bilingual_pdf(pages: int = 24, *, phrase_on: int = 14) -> bytes:
    """English on odd pages, Arabic on even ones; PHRASE and ARABIC_PHRASE stand on one page and nowhere else."""
    made = []
    for number in range(1, pages + 1):
        if number % 2:
            lines = [f"Chapter {number}: children and the courts", "Detention is a measure of last resort."] * 12
        else:
            lines = ["قضاء الأطفال في المنطقة العربية", "الاحتجاز هو الملاذ الأخير"] * 12
        if number == phrase_on:
            lines[6:6] = [PHRASE, ARABIC_PHRASE]
        made.append("\n".join(lines))
    return pdf(
        made,
        title="Justice for children عدالة",
        author="Ana Quispe; Youssef Haddad",
        created="D:20190412",
        language="en",
    )


def picture_of(text: str, kind: str = "PNG", *, size: tuple[int, int] = (1240, 1754), **options: object) -> bytes:
    """A page with these lines on it, as a scanner would see it."""
    page = Image.new("RGB", size, "white")
    font = ImageFont.load_default(size=40)
    for row, line in enumerate(text.split("\n")):
        ImageDraw.Draw(page).text((100, 120 + 70 * row), line, fill="black", font=font)
    made = io.BytesIO()
    page.save(made, kind, **options)
    return made.getvalue()


def scanned_pdf(*texts: str) -> bytes:
    """A PDF of nothing but pictures of pages."""
    pages = [Image.open(io.BytesIO(picture_of(text))).convert("L") for text in texts]
    made = io.BytesIO()
    pages[0].save(made, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return made.getvalue()


def zipped(members: dict[str, bytes | str], *, stored: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == stored else None)
    return made.getvalue()


def docx_of(*pages: str, title: str = "", author: str = "", table: Iterable[Iterable[str]] = ()) -> bytes:
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = title, author
    for number, page in enumerate(pages):
        if number:
            document.add_page_break()
        for line in page.split("\n"):
            document.add_paragraph(line)
    if cells := [list(row) for row in table]:
        made = document.add_table(rows=len(cells), cols=len(cells[0]))
        for number, row in enumerate(cells):
            for column, cell in enumerate(row):
                made.cell(number, column).text = cell
    return _saved(document)


def pptx_of(*slides: tuple[str, str]) -> bytes:
    """Slides of (title, notes)."""
    presentation = pptx.Presentation()
    for title, notes in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = title
        slide.notes_slide.notes_text_frame.text = notes
    return _saved(presentation)


def xlsx_of(**sheets: Iterable[Iterable[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return _saved(book)


def odt_of(*paragraphs: str, title: str = "") -> bytes:
    document = OpenDocumentText()
    document.meta.addElement(Title(text=title))
    document.text.addElement(H(outlinelevel=1, text=title))
    for words in paragraphs:
        document.text.addElement(P(text=words))
    return _saved(document)


def epub_of(*chapters: str, title: str = "", author: str = "", language: str = "en") -> bytes:
    items = "".join(f'<item id="c{n}" href="c{n}.xhtml" media-type="x"/>' for n in range(len(chapters)))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:language>{language}</dc:language>"
        f"<dc:date>2020-05-01</dc:date></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    pages = {
        f"o/c{n}.xhtml": f"<html><body><h1>{n}</h1><p>{words}</p></body></html>" for n, words in enumerate(chapters)
    }
    container = '<container><rootfiles><rootfile full-path="o/p.opf"/></rootfiles></container>'
    first = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "o/p.opf": package}
    return zipped({**first, **pages}, stored="mimetype")


def _saved(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def changed(container: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same zip with one member changed."""
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    return zipped({**members, name: change(members.get(name, b""))}, stored="mimetype")


def bomb(megabytes: int = 512) -> bytes:
    """A document that unpacks to a thousand times its size; by itself half a megabyte that becomes half a gigabyte."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(megabytes):
                part.write(bytes(2**20))
    return made.getvalue()


def liar(size: int = 2**20) -> bytes:
    """A document whose list says it unpacks to one byte, and which goes on."""
    made = bytearray(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": b"<a>" + bytes(size) + b"</a>"}))
    at = made.rindex(b"PK\x01\x02")
    made[at + 24 : at + 28] = (1).to_bytes(4, "little")
    return bytes(made)


def overlapping() -> bytes:
    """Two names for the same bytes, as the worst bombs have thousands of."""
    made = bytearray(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>" * 9, "b.xml": "<b/>" * 9}))
    first = made.index(b"PK\x01\x02", made.index(b"PK\x01\x02") + 4)
    second = made.rindex(b"PK\x01\x02")
    made[second + 42 : second + 46] = made[first + 42 : first + 46]
    return bytes(made)


ENTITIES = (
    '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">' + "".join(f'<!ENTITY b{n} "{f"&b{n - 1 or str()};" * 10}">' for n in range(1, 9))
    + "]>"
)  # fmt: skip
FILE_ENTITY = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


def declaring(entities: str, container: bytes, name: str) -> bytes:
    """The same document with entities of its own."""

    def change(xml: bytes) -> bytes:
        body = xml.split(b"?>", 1)[-1]
        at = body.index(b">") + 1
        return b'<?xml version="1.0"?>' + entities.encode() + body[:at] + b"&b;" + body[at:]

    return changed(container, name, change)


def endless_pdf() -> bytes:
    """A page tree that is its own branch, and a page that draws itself."""
    return _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1000000 /Kids [2 0 R 3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Contents 5 0 R >>",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Length 9 >>\n"
            b"stream\n/X Do /X D\nendstream",
            _stream(b"/X Do " * 100_000),
            b"null",
            b"null",
        ]
    )


def inflating_pdf(megabytes: int = 1500) -> bytes:
    """A page whose stream was packed twice and unpacks to more than the memory there is."""
    engine = zlib.compressobj(9)
    once = b"".join(engine.compress(b"0 0 m " * 174_762) for _ in range(megabytes)) + engine.flush()
    twice = zlib.compress(once, 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(twice), twice)
    return _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            stream,
            b"null",
            b"null",
            b"null",
        ]
    )


def encrypted_pdf() -> bytes:
    """One that asks for a password nobody knows. (Standard security handler, revision 3)"""
    return pdf(
        ["secret"],
        trailer=f"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{'5a' * 32}> /U <{'a5' * 32}> >>"
        f" /ID [<{'00' * 16}> <{'00' * 16}>]",
    )
