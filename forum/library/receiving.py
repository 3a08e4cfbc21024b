"""What comes in as a file: looked at, measured, cleaned of camera data, and put into the store.

Nothing here touches the database, so that no lock is held while bytes travel: see `forum.library.operations.files`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from forum.extraction.types import ENDINGS, PICTURES, what_is
from forum.kernel import blobs, clock
from forum.kernel.errors import Invalid
from forum.kernel.i18n import _
from forum.kernel.later import Later
from forum.library.models import ResourceFile

if TYPE_CHECKING:
    from forum.library import pictures
else:
    pictures = Later("forum.library.pictures")

MOST = 50 * 10**6  # bytes a file may have
MEGABYTES = MOST // 10**6  # as sizes are shown: in thousands
IN_MEMORY = 512 * 1024  # bytes; what is larger waits on disk

FOLDER = "files/"
DAY = re.compile(rf"{FOLDER}(\d{{8}})/")


@dataclass(frozen=True)
class Received:
    """A file that is in the store, and that no row knows yet."""

    name: str
    media_type: str
    size: int  # bytes
    sha256: str
    blob_key: str


def receive(source: BinaryIO, name: str) -> Received:
    """Take in what somebody sent.

    Args:
        source: the bytes, from where it stands.
        name: as the sender calls it; its ending is made to fit what the file is.

    Raises:
        Invalid: it is empty, too large, of a kind the library does not take, or a picture that cannot be opened.
        StoreTrouble: the store cannot be reached.
    """
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
        file = cast("BinaryIO", spooled)
        _copy(source, file)
        media_type = what_is(file)
        if media_type is None:
            raise Invalid(
                _(
                    "The library takes PDF, Word (docx), PowerPoint (pptx), Excel (xlsx), OpenDocument text (odt), "
                    "EPUB, web pages, plain text, and pictures (PNG, JPEG, TIFF, WebP). “%(name)s” is none of these.",
                    name=shown(name),
                ),
                "files",
            )
        if media_type in PICTURES:
            with pictures.without_camera_data(file, media_type) as cleaned:
                return _stored(cleaned, name, media_type)
        return _stored(file, name, media_type)


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    size = 0
    while piece := source.read(blobs.CHUNK):
        size += len(piece)
        if size > MOST:
            raise Invalid(
                _("A file may have at most %(most)d MB. Make it smaller, or give its address.", most=MEGABYTES), "files"
            )
        target.write(piece)
    if not size:
        raise Invalid(_("This file is empty. Choose it again."), "files")


def _stored(file: BinaryIO, name: str, media_type: str) -> Received:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := file.read(blobs.CHUNK):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    key = new_key()
    blobs.current().put(key, file, media_type=media_type)
    return Received(tidy_name(name, media_type), media_type, size, digest.hexdigest(), key)


def new_key() -> str:
    """A key nobody has used; it begins with the day, so that its age is known in any store."""
    return f"{FOLDER}{clock.now():%Y%m%d}/{secrets.token_hex(16)}"


def day_of(key: str) -> datetime | None:
    """When a file was put under this key; None for keys that are not ours to judge."""
    found = DAY.match(key)
    return datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=UTC) if found else None


def shown(name: str) -> str:
    """A file's name as it can be said in a sentence."""
    last = re.split(r"[\\/]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip(" .")[:120]


def tidy_name(name: str, media_type: str) -> str:
    """A name that is safe in any folder and in an address, with the ending of what the file is."""
    words = shown(name)
    ending = ENDINGS[media_type]
    stem = PurePosixPath(words).stem if re.fullmatch(r".+\.[A-Za-z0-9]{1,5}", words) else words
    stem = re.sub(r"\s*[%#&]+\s*", " ", stem).strip(" .") or "file"
    return stem[: ResourceFile.NAME_LENGTH - len(ending)] + ending


def title_from(name: str) -> str:
    """A title guessed from a file's name: a beginning for whoever describes it."""
    words = re.sub(r"[\s_+-]+", " ", PurePosixPath(name).stem).strip()
    return words[:1].upper() + words[1:]
