"""Small documents for tests, made here so that every byte of them is known."""

from __future__ import annotations

import io
import struct
import zipfile

from PIL import Image

#: 0.1.2 of EXIF: south, where; and an orientation that says "turn me".
SECRET_PLACE = b"S\x00\x00\x00"


def pdf(words: str = "Diversion works", pages: int = 1) -> bytes:
    """A PDF of so many pages, each with these words and its number."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for number in range(1, pages + 1):
        text = f"BT /F1 18 Tf 40 780 Td ({words} {number}) Tj ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(b"%d 0 R" % kid for kid in kids))
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def photograph(kind: str = "JPEG", *, turned: bool = True) -> bytes:
    """A picture wider than high, red at its left, with the place and the camera written into it."""
    picture = Image.new("RGB", (64, 32), "blue")
    picture.paste("red", (0, 0, 32, 32))
    exif = picture.getexif()
    exif[0x010F] = "MARKER-CAMERA"  # Make
    exif[0x9286] = "MARKER-COMMENT"
    if turned:
        exif[0x0112] = 6  # Orientation: turn a quarter to the right
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[29] = "S", (34.0, 36.0, 12.0), "MARKER-PLACE"
    out = io.BytesIO()
    options = {"exif": exif.tobytes()} if kind != "TIFF" else {"exif": exif}
    picture.save(out, kind, **options)
    return out.getvalue()


def docx() -> bytes:
    """The least that is a Word document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types/>')
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


def huge_picture() -> bytes:
    """A PNG of some hundred bytes that claims to be 50,000 by 50,000 dots."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + b"\x00\x00\x00\x00" + b"\x00" * 64
