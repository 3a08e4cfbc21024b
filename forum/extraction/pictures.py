"""A small picture of a first page, from whatever picture there is."""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image

WIDTH, HEIGHT = 320, 452  # pixels; an upright page of ISO 216 fits
MOST_BYTES = 20_000
MOST_PIXELS = 60_000_000  # of a picture that is opened at all: 200 MB of memory

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

TROUBLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning, EOFError)


def preview(picture: Any) -> bytes | None:
    """A WebP of at most MOST_BYTES, or None where that cannot be had. Nothing of the original's metadata remains."""
    upright = picture.convert("RGBA") if picture.mode in ("P", "LA", "PA", "RGBA") else picture.convert("RGB")
    upright.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS, reducing_gap=3.0)
    page = Image.new("RGB", upright.size, "white")
    page.paste(upright, mask=upright if upright.mode == "RGBA" else None)
    for quality in (70, 50, 30, 10):
        made = io.BytesIO()
        page.save(made, "WEBP", quality=quality, method=4)
        if made.tell() <= MOST_BYTES:
            return made.getvalue()
    return None


def preview_of(content: bytes | None) -> bytes | None:
    """The same from the bytes of a picture inside a document; None where they are none."""
    if not content:
        return None
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            return preview(picture)
    except TROUBLE:
        return None
