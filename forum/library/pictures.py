"""Pictures are kept without what a camera wrote into them: where and when they were taken, by whom, with what.

A photograph of a page may tell where a child lives (safeguarding, rule 3).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from forum.extraction.baring import save_bare
from forum.extraction.outcomes import Reason, Unreadable
from forum.kernel.errors import Invalid
from forum.kernel.i18n import _


@contextmanager
def without_camera_data(file: BinaryIO, media_type: str) -> Iterator[BinaryIO]:
    """The same picture, turned upright, without metadata, as a temporary file.

    Raises:
        Invalid: it cannot be opened, or it is larger than a page could be.
    """
    with tempfile.SpooledTemporaryFile(max_size=2**20) as spooled:
        target = cast("BinaryIO", spooled)
        try:
            save_bare(file, target, media_type)
        except Unreadable as refused:
            raise Invalid(_sentence(refused.reason), "files") from refused
        yield target


def _sentence(reason: Reason) -> str:
    if reason is Reason.TOO_LONG:
        return _("This picture has more than %(most)d pages. Make it a PDF.", most=200)
    if reason in (Reason.BOMB, Reason.MEMORY, Reason.TIME):
        return _("This picture has too many pixels. Save it at 300 dots per inch.")
    return _("This picture cannot be opened. It may be damaged: save it again and send it anew.")
