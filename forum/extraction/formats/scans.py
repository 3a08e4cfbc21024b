"""A picture of a page, or a TIFF of many: read by tesseract where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import Image, ImageOps, ImageSequence

from forum.extraction import ocr, types
from forum.extraction.formats import Context, Picture, Piece
from forum.extraction.outcomes import Found, Page, Reason, Unreadable
from forum.extraction.pictures import TROUBLE, preview

FORMATS = {types.PNG: "PNG", types.JPEG: "JPEG", types.TIFF: "TIFF", types.WEBP: "WEBP"}
LONGEST_SIDE = 4000  # pixels: 300 dots per inch on a sheet of A4


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    """Yields pages."""
    try:
        with Image.open(file, formats=(FORMATS[context.media_type],)) as picture:
            yield Found(pages=getattr(picture, "n_frames", 1))
            for number, frame in enumerate(ImageSequence.Iterator(picture)):
                upright = ImageOps.exif_transpose(frame)
                if number == 0 and (made := preview(upright)):
                    yield Picture(made)
                yield _page(upright, context)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(Reason.BOMB, str(error)) from error
    except TROUBLE as error:
        raise Unreadable(Reason.DAMAGED, str(error)[:200]) from error


def _page(picture: Any, context: Context) -> Page:
    if not context.languages:
        return Page("", is_scan=True)
    picture = picture.convert("L")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return Page(ocr.words_in(picture, context.languages), is_ocr=True)
