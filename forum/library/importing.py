"""A folder of files into the library: one resource for each, described by what the file says of itself; nothing twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader
from pathlib import Path

from sqlalchemy import select

from forum.accounts.models import Member
from forum.entries.models import Visibility
from forum.extraction import reading
from forum.extraction.outcomes import Found, Interrupted, Unreadable
from forum.extraction.types import what_is
from forum.kernel.db import begin_mode, db
from forum.kernel.errors import Invalid, Refused
from forum.library import operations
from forum.library.models import Licence, ResourceFile
from forum.library.operations import Description, Person
from forum.library.receiving import MOST, Received, receive, title_from


class Fate(StrEnum):
    """What became of one file."""

    SHARED = "shared"
    WOULD_BE_SHARED = "would be shared"
    HERE_ALREADY = "here already"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Imported:
    """One line of the account.

    Attributes:
        words: the title it got, or why it was left out.
    """

    path: Path
    fate: Fate
    words: str
    resource_id: int | None = None


@dataclass(frozen=True)
class Terms:
    """What is the same for every file of one import.

    Attributes:
        by: who shares them, and may correct them afterwards.
        type: one of library.words.TYPES.
    """

    by: Member
    visibility: Visibility = Visibility.DRAFT
    licence: Licence = Licence.UNKNOWN
    type: str = "report"
    language: str = "en"


def files_in(folder: Path) -> list[Path]:
    """Every file in and below a folder, in order; hidden ones and links, which may lead anywhere, are passed by."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(place, name) for name in names if not name.startswith(".")]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def bring_in(paths: list[Path], terms: Terms, *, dry_run: bool = False) -> Iterator[Imported]:
    """Share each file as a resource, each in a transaction of its own: whatever stops this, the next run goes on.

    Args:
        dry_run: say what would become of each, and store nothing.
    """
    seen: dict[str, Path] = {}
    by_id = terms.by.id
    for path in paths:
        db.session.rollback()
        begin_mode.set("deferred")
        try:
            with path.open("rb") as file:
                yield _one(path, file, terms, seen, by_id, dry_run=dry_run)
        except (Invalid, Refused) as refusal:
            yield Imported(path, Fate.LEFT_OUT, str(refusal))
        except OSError as trouble:
            yield Imported(path, Fate.LEFT_OUT, f"it cannot be opened: {trouble.strerror or trouble}")


def _one(
    path: Path, file: BufferedReader, terms: Terms, seen: dict[str, Path], by_id: int, *, dry_run: bool
) -> Imported:
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest in seen:
        return Imported(path, Fate.HERE_ALREADY, f"the same as {seen[digest].name}")
    seen[digest] = path
    if (holder := _holder(digest)) is not None:
        return Imported(path, Fate.HERE_ALREADY, f"in resource {holder}", holder)
    if (size := path.stat().st_size) > MOST:
        return Imported(
            path, Fate.LEFT_OUT, f"it is {size / 10**6:.1f} MB; the library takes {MOST // 10**6} MB at most"
        )
    if not size:
        return Imported(path, Fate.LEFT_OUT, "it is empty")
    if (media_type := what_is(file)) is None:
        return Imported(path, Fate.LEFT_OUT, "it is of no kind the library takes")
    found = _said_by(file, media_type)
    title = found.title or title_from(path.name)
    if dry_run:
        return Imported(path, Fate.WOULD_BE_SHARED, title)
    file.seek(0)
    received = receive(file, path.name)  # a picture is made anew without its camera's data, so it is another file now
    if (holder := _holder(received.sha256)) is not None:
        return Imported(path, Fate.HERE_ALREADY, f"in resource {holder}", holder)
    return Imported(path, Fate.SHARED, title, _shared(received, _described(found, title, terms), terms, by_id))


def _holder(digest: str) -> int | None:
    """The resource that has these bytes already, whoever may see it."""
    held = select(ResourceFile.resource_id).where(ResourceFile.sha256 == digest, ResourceFile.removed_at.is_(None))
    return db.session.scalar(held.limit(1))


def _said_by(file: BufferedReader, media_type: str) -> Found:
    """What the file says of itself. One that cannot be read is brought in too: the worker will say why."""
    try:
        return reading.read(file, media_type).found
    except (Unreadable, Interrupted):
        return Found()


def _described(found: Found, title: str, terms: Terms) -> Description:
    language = found.language or terms.language
    return Description(
        title=title,
        type=terms.type,
        people=tuple(Person(name) for name in found.authors),
        issued=found.issued,
        licence=terms.licence,
        language=language,
        languages=(language,),
    )


def _shared(received: Received, description: Description, terms: Terms, by_id: int) -> int:
    db.session.rollback()
    begin_mode.set("immediate")
    by = db.session.get_one(Member, by_id)
    pending = operations.keep(received, by=by)
    resource = operations.share(description, by=by, visibility=terms.visibility, files=[pending])
    id = resource.id
    db.session.commit()
    return id
