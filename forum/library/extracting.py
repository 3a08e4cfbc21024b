"""Taking the text out of files that were added: a queue of its own in the worker, since one file may take minutes.

The row of the file is the promise. Whoever claims it counts an attempt and writes its name on it; what was read is kept
in one transaction, and only if the row still bears that name and attempt. So a worker killed at any moment leaves a file
that another takes over, and one that was only slow changes nothing any more.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, BinaryIO, cast

import structlog
from sqlalchemy import CursorResult, delete, insert, or_, select, update

from forum.entries.models import Entry
from forum.entries.operations import changed
from forum.extraction import reading
from forum.extraction.outcomes import Extracted, Interrupted, Unreadable
from forum.kernel import blobs, clock
from forum.kernel.db import begin_mode, db
from forum.kernel.events import record
from forum.kernel.jobs import dead_among, every, lane, worker_name
from forum.library.events import FileRead
from forum.library.handlers import REMOVED_FOR
from forum.library.languages import languages_of, main_language
from forum.library.models import FilePage, Reading, ResourceFile
from forum.library.reasons import OurReason

log = structlog.get_logger(__name__)

#: Longer than any file may take (see `extraction.outcomes.Limits`): the holder is gone for good.
LEASE = timedelta(minutes=15)
WAITS = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=15))
MAX_ATTEMPTS = 4
PREVIEWS = "previews/"
ROWS_AT_ONCE = 500
ORPHAN_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Claim:
    """A file that is ours to read; the attempt is the fence."""

    id: int
    attempt: int
    resource_id: int
    blob_key: str
    media_type: str
    language: str | None


@lane
def read_files(limit: int, stopping: Callable[[], bool]) -> int:
    """Read what waits until nothing is left or `limit` were tried; returns how many were tried."""
    tried = 0
    while tried < limit and not stopping() and (claim := _claim()) is not None:
        _read(claim, stopping)
        tried += 1
    return tried


def free_files_of_dead_readers() -> int:
    """Let go of what killed workers of this machine were reading; returns how many there were."""
    begin_mode.set("immediate")
    held = db.session.scalars(select(ResourceFile.reading_by).where(ResourceFile.reading == Reading.READING).distinct())
    freed = _update(
        ResourceFile.reading == Reading.READING, ResourceFile.reading_by.in_(dead_among(held)), reading=Reading.WAITING
    )
    db.session.commit()
    return freed


def _claim() -> Claim | None:
    """The file that waits longest. It looks before it writes, as `jobs.claim` does."""
    now = clock.now()
    abandoned = (ResourceFile.reading == Reading.READING) & (ResourceFile.reading_began_at < now - LEASE)
    waiting = (ResourceFile.reading == Reading.WAITING) & or_(
        ResourceFile.reading_due_at.is_(None), ResourceFile.reading_due_at <= now
    )
    due = (
        select(ResourceFile)
        # said apart from `waiting`, so that the index of unread files is used
        .where(ResourceFile.reading.in_((Reading.WAITING, Reading.READING)), or_(waiting, abandoned))
        .where(ResourceFile.removed_at.is_(None))
        .order_by(ResourceFile.id)
        .limit(1)
    )
    db.session.rollback()
    begin_mode.set("deferred")
    idle = db.session.scalar(due.with_only_columns(ResourceFile.id)) is None
    db.session.rollback()
    begin_mode.set("immediate")
    if idle or (file := db.session.scalar(due.with_for_update(skip_locked=True, of=ResourceFile))) is None:
        db.session.rollback()
        return None
    file.reading_attempts += 1
    file.reading, file.reading_began_at, file.reading_by = Reading.READING, now, worker_name()
    if file.reading_attempts > MAX_ATTEMPTS:  # whoever tried was killed each time
        file.reading, file.reason, file.reading_by = Reading.FAILED, OurReason.GAVE_UP, None
        changed(file.resource)
    claim = Claim(file.id, file.reading_attempts, file.resource_id, file.blob_key, file.media_type, file.language)
    given_up = file.reading is Reading.FAILED
    db.session.commit()
    return _claim() if given_up else claim


def _read(claim: Claim, stopping: Callable[[], bool]) -> None:
    """One file from claim to record; whatever goes wrong with one must not stop the next."""
    try:
        with _spooled(claim.blob_key) as file:
            read = reading.read(file, claim.media_type, stopping=stopping)
        _keep(claim, read)
    except Unreadable as refused:
        log.info("a file cannot be read", file=claim.id, reason=refused.reason, detail=str(refused))
        _end(claim, reading=Reading.FAILED, reason=refused.reason)
    except blobs.NoSuchBlob:
        log.error("a file is missing in the store", file=claim.id, key=claim.blob_key)
        _end(claim, reading=Reading.FAILED, reason=OurReason.LOST)
    except Exception as trouble:
        db.session.rollback()
        if isinstance(trouble, Interrupted) and stopping():
            _end(claim, reading=Reading.WAITING, reading_attempts=claim.attempt - 1)
            return
        log.exception("a file could not be read now", file=claim.id, attempt=claim.attempt)
        if claim.attempt >= MAX_ATTEMPTS:
            _end(claim, reading=Reading.FAILED, reason=OurReason.GAVE_UP)
        else:
            _end(claim, reading=Reading.WAITING, reading_due_at=clock.now() + WAITS[claim.attempt - 1])
    finally:
        db.session.remove()


@contextmanager
def _spooled(key: str) -> Iterator[BinaryIO]:
    """A blob as a file with a descriptor, from whatever store; no lock is held while it comes."""
    with tempfile.TemporaryFile(prefix="forum-reading-") as file:
        for piece in blobs.current().read(key):
            file.write(piece)
        file.flush()
        yield cast("BinaryIO", file)


def _keep(claim: Claim, read: Extracted) -> None:
    """Replace what was known of a file's text; all that takes long was done before the lock is taken."""
    languages = languages_of((page.text for page in read.pages), said=claim.language)
    pages = [
        {
            "file_id": claim.id,
            "number": number,
            "text": page.text,
            "language": language,
            "confidence": confidence,
            "is_ocr": page.is_ocr,
        }
        for number, (page, (language, confidence)) in enumerate(zip(read.pages, languages, strict=True), 1)
    ]
    preview = _put_preview(read.picture) if read.picture else None
    ended = _ended(
        claim,
        reading=Reading.READ if read.has_words else Reading.EMPTY,
        reason=read.reason or "",
        read_at=clock.now(),
        page_count=read.found.pages or len(read.pages),
        is_ocr=read.is_ocr,
        suggested=read.found.as_plain(),
        preview_key=preview,
        language=claim.language or main_language(languages),
    )
    if not ended:
        db.session.rollback()
        return
    db.session.execute(delete(FilePage).where(FilePage.file_id == claim.id))
    rows = iter(pages)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        db.session.execute(insert(FilePage), batch)
    _tell(claim)
    db.session.commit()


def _put_preview(webp: bytes) -> str:
    """Under a key nobody has used, which begins with the day (see `forget_previews_nobody_shows`)."""
    key = f"{PREVIEWS}{clock.now():%Y%m%d}/{secrets.token_hex(16)}.webp"
    blobs.current().put(key, io.BytesIO(webp), media_type="image/webp")
    return key


def _end(claim: Claim, **values: Any) -> None:
    """Write down how an attempt ended that brought no text; pages of an earlier reading stay."""
    if _ended(claim, **values) and values["reading"] is Reading.FAILED:
        _tell(claim)
    db.session.commit()


def _ended(claim: Claim, **values: Any) -> bool:
    """Give the file back with these values, if it is still ours; in a new transaction."""
    db.session.rollback()
    begin_mode.set("immediate")
    done = _update(
        ResourceFile.id == claim.id,
        ResourceFile.reading == Reading.READING,
        ResourceFile.reading_by == worker_name(),
        ResourceFile.reading_attempts == claim.attempt,
        **{"reading_by": None, **values},
    )
    return done == 1


def _update(*where: Any, **values: Any) -> int:
    done = db.session.execute(
        update(ResourceFile).where(*where).values(**values).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount


def _tell(claim: Claim) -> None:
    record(FileRead(file_id=claim.id, resource_id=claim.resource_id))
    changed(db.session.get_one(Entry, claim.resource_id))


@every(timedelta(days=1))
def forget_the_text_of_removed_files() -> None:
    """What was read in a file goes when its bytes go: nothing of it stays behind."""
    removed = select(ResourceFile.id).where(ResourceFile.removed_at < clock.now() - REMOVED_FOR)
    db.session.execute(
        delete(FilePage).where(FilePage.file_id.in_(removed)).execution_options(synchronize_session=False)
    )
    _update(
        ResourceFile.id.in_(removed),
        ResourceFile.page_count.is_not(None),
        preview_key=None,
        suggested={},
        page_count=None,
    )


@every(timedelta(days=1))
def forget_previews_nobody_shows() -> None:
    """Delete pictures of files that were read anew, or whose record never came to be."""
    before = f"{PREVIEWS}{clock.now() - ORPHAN_AFTER:%Y%m%d}/"
    old = [key for key in blobs.current().keys(PREVIEWS) if key < before]
    shown = set(db.session.scalars(select(ResourceFile.preview_key).where(ResourceFile.preview_key.is_not(None))))
    for key in set(old) - shown:
        blobs.current().delete(key)
