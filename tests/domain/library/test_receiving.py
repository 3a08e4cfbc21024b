"""Files as they come in: what is taken, what is refused, and what is washed off."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image

from forum.extraction import reading
from forum.kernel import blobs
from forum.kernel.errors import Invalid
from forum.library import receiving
from forum.library.receiving import receive, tidy_name, title_from
from tests import sent_files

pytestmark = pytest.mark.usefixtures("app")


def stored(got: receiving.Received) -> bytes:
    return b"".join(blobs.current().read(got.blob_key))


def test_a_file_is_stored_as_it_is_and_known_by_its_hash():
    content = sent_files.pdf()
    got = receive(io.BytesIO(content), "Report 2019.pdf")
    assert stored(got) == content
    assert (got.name, got.media_type, got.size) == ("Report 2019.pdf", "application/pdf", len(content))
    assert got.sha256 == __import__("hashlib").sha256(content).hexdigest()


def test_the_content_says_what_a_file_is_and_its_name_is_put_right():
    assert receive(io.BytesIO(sent_files.pdf()), "invoice.exe").name == "invoice.pdf"
    assert receive(io.BytesIO(sent_files.docx()), "report.pdf").name == "report.docx"
    assert receive(io.BytesIO(b"<!doctype html><html><script>x</script>"), "nice.png").media_type == "text/html"


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00\x03\x00\x00\x00program", b"\x7fELF\x02\x01\x01\x00", b"<svg onload='x()'/>", b"#!/bin/sh\nrm"],
)
def test_what_the_library_does_not_take_is_refused_with_what_it_takes(content):
    with pytest.raises(Invalid, match=r"PDF, Word \(docx\).*“report.pdf” is none") as refused:
        receive(io.BytesIO(content), "report.pdf")
    assert refused.value.field == "files"


def test_an_empty_file_is_refused():
    with pytest.raises(Invalid, match="empty"):
        receive(io.BytesIO(b""), "report.pdf")


def test_a_file_that_is_too_large_is_refused_and_nothing_of_it_is_kept(monkeypatch):
    monkeypatch.setattr(receiving, "MOST", 100_000)
    before = set(blobs.current().keys())
    with pytest.raises(Invalid, match="at most 50 MB"):
        receive(io.BytesIO(b"%PDF-1.7" + bytes(300_000)), "large.pdf")
    assert set(blobs.current().keys()) == before


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_place_and_camera_are_gone_from_a_picture_and_it_stands_upright(kind):
    sent = sent_files.photograph(kind)
    assert b"MARKER-CAMERA" in sent
    kept = stored(receive(io.BytesIO(sent), "page.jpg"))
    assert b"MARKER" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert not picture.getexif().get_ifd(0x8825)
        assert not set(picture.getexif()) & {0x010F, 0x0112 if kind != "TIFF" else 0x010F, 0x9286}
        assert picture.size == (32, 64)
        red, _green, blue = picture.convert("RGB").getpixel((16, 8))
        assert red > 200 > blue  # what was left is up


def test_every_page_of_a_scan_is_kept():
    pages = [Image.new("L", (20, 30), shade) for shade in (0, 120, 255)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    with Image.open(io.BytesIO(stored(receive(io.BytesIO(out.getvalue()), "scan.tif")))) as picture:
        assert picture.n_frames == 3


@pytest.mark.parametrize("said", ["print('nonsense')", "print('{\"end\": [1]}')", "import os; os.abort()", "pass"])
def test_a_picture_is_opened_by_a_child_that_is_not_believed(monkeypatch, said):
    start = subprocess.Popen
    monkeypatch.setattr(
        reading.subprocess, "Popen", lambda _args, **options: start([sys.executable, "-c", said], **options)
    )
    with pytest.raises(Invalid, match="damaged"):
        receive(io.BytesIO(sent_files.photograph()), "page.jpg")


@pytest.mark.parametrize(
    "content", [sent_files.huge_picture(), sent_files.photograph()[:300], b"\xff\xd8\xff" + bytes(50)]
)
def test_a_picture_that_is_broken_or_claims_to_be_huge_is_refused(content):
    with pytest.raises(Invalid, match=r"damaged|pixels"):
        receive(io.BytesIO(content), "page.jpg")


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Ana\\Mi informe.PDF", "Mi informe.pdf"),
        ("تقرير.pdf", "تقرير.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        ("50% of #1.pdf", "50 of 1.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("General Comment No. 24", "General Comment No. 24.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_names_are_safe_in_any_folder_and_address(typed, kept):
    assert tidy_name(typed, "application/pdf") == kept


def test_a_title_is_guessed_from_a_name():
    assert title_from("global_study-on children_2019.pdf") == "Global study on children 2019"
