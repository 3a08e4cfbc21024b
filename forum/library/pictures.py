"""Pictures without what a camera wrote into them: where and when they were taken, by whom, with what.

A photograph of a page may tell where a child lives (safeguarding, rule 3). The picture is turned as its camera meant,
then saved anew with nothing but its colours.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from forum.extraction.types import JPEG, PNG, TIFF, WEBP
from forum.kernel.errors import Invalid
from forum.kernel.i18n import _

FORMATS = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF", WEBP: "WEBP"}
SAVED_AS: dict[str, dict[str, Any]] = {
    JPEG: {"quality": 92, "optimize": True},
    PNG: {},
    TIFF: {"compression": "tiff_lzw"},
    WEBP: {"quality": 92},
}
MOST_PIXELS = 60_000_000  # a page at 600 dots an inch has 35 million
MOST_PAGES = 200

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@contextmanager
def without_camera_data(file: BinaryIO, media_type: str) -> Iterator[BinaryIO]:
    """The same picture, turned upright, without metadata, as a temporary file.

    Raises:
        Invalid: it cannot be opened, or it is larger than a page could be.
    """
    with tempfile.SpooledTemporaryFile(max_size=2**20) as spooled:
        target = cast("BinaryIO", spooled)
        try:
            _save_anew(file, target, media_type)
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
            Image.DecompressionBombError,
        ) as error:
            raise Invalid(
                _("This picture cannot be opened. It may be damaged: save it again and send it anew."), "files"
            ) from error
        yield target


def _save_anew(file: BinaryIO, target: BinaryIO, media_type: str) -> None:
    file.seek(0)
    with Image.open(file, formats=[FORMATS[media_type]]) as picture:
        if getattr(picture, "n_frames", 1) > MOST_PAGES:
            raise Invalid(_("This picture has more than %(most)d pages. Make it a PDF.", most=MOST_PAGES), "files")
        pages = _bare_pages(picture)
        first = next(pages)
        others = {"save_all": True, "append_images": pages} if media_type == TIFF else {}
        first.save(target, format=FORMATS[media_type], **SAVED_AS[media_type], **others)


def _bare_pages(picture: Image.Image) -> Iterator[Image.Image]:
    for page in ImageSequence.Iterator(picture):
        if page.width * page.height > MOST_PIXELS:
            raise Invalid(_("This picture has too many pixels. Save it at 300 dots per inch."), "files")
        upright = ImageOps.exif_transpose(page)
        colours = upright.info.get("icc_profile")
        bare = Image.Image.copy(upright)  # a plain image: the tags of its format stay behind
        bare.info = {name: value for name, value in upright.info.items() if name == "transparency"}
        if colours:
            bare.info["icc_profile"] = colours
        yield bare
