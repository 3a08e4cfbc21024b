"""The child that saves a picture anew, without what a camera wrote into it: where and when it was taken, by whom, with what.

A photograph of a page may tell where a child lives. The picture is turned as its camera meant, then saved with nothing but its
colours. Says a line of JSON, {"end": "read"} or a reason, and after the first the picture itself.

Started by `forum.extraction.baring`, by nobody else.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import Image, ImageOps, ImageSequence

from forum.extraction.outcomes import Limits, Reason, Unreadable
from forum.extraction.sandbox import READABLE, shut_in
from forum.extraction.types import JPEG, PNG, TIFF, WEBP

FORMATS = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF", WEBP: "WEBP"}
SAVED_AS: dict[str, dict[str, Any]] = {
    JPEG: {"quality": 92, "optimize": True},
    PNG: {},
    TIFF: {"compression": "tiff_lzw"},
    WEBP: {"quality": 92},
}
MOST_PIXELS = 60_000_000  # a page at 600 dots an inch has 35 million
MOST_PAGES = 200


def main() -> None:
    """Argument: {"media_type", "limits", "parent"} as JSON."""
    order = json.loads(sys.argv[1])
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    Image.init()  # its formats are loaded before the door is shut
    shut_in(Limits(**order["limits"]), parent=order["parent"], scans=False, readable=READABLE)
    end, made = Reason.DAMAGED, io.BytesIO()
    try:
        with os.fdopen(0, "rb") as file:
            save_anew(file, made, order["media_type"])
    except Unreadable as refused:
        end = refused.reason
    except MemoryError:
        end = Reason.MEMORY
    except Image.DecompressionBombError:
        end = Reason.BOMB
    except Exception:  # whatever a library does with a hostile picture, the parent is told in one word
        end = Reason.DAMAGED
    else:
        sys.stdout.buffer.write(b'{"end": "read"}\n')
        sys.stdout.buffer.write(made.getbuffer())
        return
    sys.stdout.buffer.write(json.dumps({"end": end}).encode() + b"\n")


def save_anew(file: BinaryIO, target: BinaryIO, media_type: str) -> None:
    """Raises: Unreadable and whatever Pillow does."""
    with Image.open(file, formats=[FORMATS[media_type]]) as picture:
        if getattr(picture, "n_frames", 1) > MOST_PAGES:
            raise Unreadable(Reason.TOO_LONG)
        pages = _bare_pages(picture)
        first = next(pages)
        others = {"save_all": True, "append_images": pages} if media_type == TIFF else {}
        first.save(target, format=FORMATS[media_type], **SAVED_AS[media_type], **others)


def _bare_pages(picture: Image.Image) -> Iterator[Image.Image]:
    for page in ImageSequence.Iterator(picture):
        if page.width * page.height > MOST_PIXELS:
            raise Unreadable(Reason.BOMB)
        upright = ImageOps.exif_transpose(page)
        colours = upright.info.get("icc_profile")
        bare = Image.Image.copy(upright)  # a plain image: the tags of its format stay behind
        bare.info = {name: value for name, value in upright.info.items() if name == "transparency"}
        if colours:
            bare.info["icc_profile"] = colours
        yield bare


if __name__ == "__main__":
    main()
