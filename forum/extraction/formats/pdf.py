"""PDF by PDFium: words in reading order, Arabic from right to left; scanned pages by tesseract; a picture of page 1."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, BinaryIO

import pypdfium2 as pdfium
from pypdfium2 import raw

from forum.extraction import ocr
from forum.extraction.formats import Context, Picture, Piece
from forum.extraction.outcomes import Found, Page, Reason, Unreadable
from forum.extraction.pictures import preview

REASONS = {
    raw.FPDF_ERR_PASSWORD: Reason.ENCRYPTED,
    raw.FPDF_ERR_SECURITY: Reason.ENCRYPTED,
    raw.FPDF_ERR_FORMAT: Reason.DAMAGED,
    raw.FPDF_ERR_FILE: Reason.DAMAGED,
}
#: A page with fewer characters than this that is mostly a picture was scanned, whatever stamp it carries.
SCANNED_BELOW = 20
OCR_DOTS_PER_INCH = 200
MOST_PIXELS = 12_000_000  # of a page made a picture
PREVIEW_WIDTH = 720  # pixels; made smaller afterwards, so that thin letters survive
#: Letters printed as one or in the form they take beside others: what was meant is the letters. (Unicode blocks
#: Alphabetic and Arabic Presentation Forms.)
PRESENTATION = re.compile(r"[\ufb00-\ufdff\ufe70-\ufefc]")
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
HYPHENATED = re.compile(r"(\w)[\x02\xad\ufffe]\s*\n?(\w)")


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        raise Unreadable(REASONS.get(error.err_code, Reason.DAMAGED), str(error)) from error
    count = len(document)
    yield Found(**_said(document), pages=count)
    for index in range(count):
        try:
            page = document[index]
        except pdfium.PdfiumError:  # one bad page of many: it stays empty, its neighbours keep their numbers
            yield Page("")
            continue
        if index == 0 and (made := _picture(page)):
            yield Picture(made)
        yield _page(page, context)
        page.close()


def _page(page: Any, context: Context) -> Page:
    try:
        words = page.get_textpage()
    except pdfium.PdfiumError:
        return Page("")
    text = words.get_text_range()
    if RIGHT_TO_LEFT.search(text):
        text = _as_spoken(words)
    text = mended(text)
    words.close()
    if len(text) >= SCANNED_BELOW or not _shows_a_picture(page):
        return Page(text)
    if not context.languages:
        return Page(text, is_scan=True)
    read = ocr.words_in(_drawn(page, OCR_DOTS_PER_INCH / 72), context.languages)
    return Page(read or text, is_ocr=bool(read))


def _as_spoken(words: Any) -> str:
    """Arabic and Hebrew with the letters of each word in the order they are spoken.

    Some programs (Chromium among them) write words from left to right, and PDFium, which knows that some do, turns
    only lines. Where on the page the letters stand tells: the first is on the right.
    """
    made: list[str] = []
    word: list[tuple[int, str]] = []
    for index in range(words.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(words, index) or 0xFFFE)
        if RIGHT_TO_LEFT.match(sign):
            word.append((index, sign))
            continue
        made += [*_in_order(words, word), sign]
        word = []
    return "".join((*made, *_in_order(words, word)))


def _in_order(words: Any, word: list[tuple[int, str]]) -> list[str]:
    signs = [sign for _index, sign in word]
    if len(word) > 1:
        first, last = (words.get_charbox(index)[0] for index in (word[0][0], word[-1][0]))
        signs = signs[::-1] if first < last else signs
    return signs


def _shows_a_picture(page: Any) -> bool:
    return any(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _drawn(page: Any, scale: float) -> Any:
    width, height = page.get_size()
    pixels = max(1.0, width * height)
    return page.render(scale=min(scale, (MOST_PIXELS / pixels) ** 0.5), may_draw_forms=False).to_pil()


def _picture(page: Any) -> bytes | None:
    try:
        return preview(_drawn(page, PREVIEW_WIDTH / max(1.0, page.get_width())))
    except (pdfium.PdfiumError, ValueError, OSError):
        return None


def mended(text: str) -> str:
    """Words divided at the end of a line made whole, and letters as they are typed rather than as they are drawn."""
    text = HYPHENATED.sub(r"\1\2", text.replace("\r\n", "\n"))
    text = PRESENTATION.sub(lambda form: unicodedata.normalize("NFKC", form[0]), text)
    return unicodedata.normalize("NFC", text).replace("\xad", "").strip()


def _said(document: Any) -> dict[str, Any]:
    said = document.get_metadata_dict(skip_empty=True)
    created = re.match(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?", said.get("CreationDate", ""))
    title = said.get("Title", "")
    if re.search(r"\.(docx?|pdf|indd|pptx?|rtf|odt|html?)$|^Microsoft Word|^untitled", title, re.I):
        title = ""  # a name of a file is what a program wrote, not a person
    authors = tuple(name.strip() for name in re.split(r";| and | & ", said.get("Author", "")) if name.strip())
    issued = "-".join(filter(None, created.groups())) if created else ""
    return {"title": title, "authors": authors, "issued": issued, "language": _language(document)}


def _language(document: Any) -> str:
    try:
        size = raw.FPDFCatalog_GetLanguage(document, None, 0)
        buffer = (raw.FPDF_WCHAR * (size // 2))()
        raw.FPDFCatalog_GetLanguage(document, buffer, size)
        return bytes(buffer).decode("utf-16-le").strip("\x00")[:2].lower() if size else ""
    except (AttributeError, UnicodeDecodeError, ValueError):
        return ""
