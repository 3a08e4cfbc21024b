"""Documents that are zips: how much they would unpack to is known before anything is unpacked."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

from forum.extraction.outcomes import Limits, Reason, Unreadable
from forum.extraction.types import MAX_MEMBERS

ENCRYPTED_FLAG = 0x1
#: Entities are how a few bytes of XML become gigabytes, or somebody's password file. No document needs to make its own.
ENTITY = re.compile(rb"<!\s*ENTITY|<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y|\x00<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y", re.I)
MARKUP_ENDINGS = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm", ".svg")
SMALL = 100_000  # bytes; whatever their ratio, so little does no harm
CHUNK = 2**16


def opened(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """A container in which every member is what its list says and no more than we allow.

    Raises:
        Unreadable: it is damaged, encrypted, or a bomb.
    """
    file.seek(0)
    try:
        container = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise Unreadable(Reason.DAMAGED, str(error)) from error
    members = container.infolist()
    if len(members) > MAX_MEMBERS:
        raise Unreadable(Reason.BOMB, f"{len(members)} members")
    if any(member.flag_bits & ENCRYPTED_FLAG for member in members):
        raise Unreadable(Reason.ENCRYPTED)
    _refuse_overlaps(members)
    if sum(member.file_size for member in members) > limits.unpacked:
        raise Unreadable(Reason.BOMB, "in all")
    for member in members:
        if member.file_size > SMALL and member.file_size > limits.ratio * max(1, member.compress_size):
            raise Unreadable(Reason.BOMB, member.filename[:100])
    for member in members:
        if member.filename.lower().endswith(MARKUP_ENDINGS):
            _refuse_entities(container, member)
    return container


def _refuse_overlaps(members: list[zipfile.ZipInfo]) -> None:
    """Two members that share their bytes are how the worst bombs are made."""
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise Unreadable(Reason.BOMB, "members within members")
        end = member.header_offset + member.compress_size


def _refuse_entities(container: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    tail = b""
    try:
        with container.open(member) as part:
            while piece := part.read(CHUNK):
                if ENTITY.search(tail + piece):
                    raise Unreadable(Reason.BOMB, f"entities in {member.filename[:100]}")
                tail = piece[-32:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Unreadable(Reason.DAMAGED, str(error)) from error


def member(container: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of one member, or None if there is none."""
    try:
        return container.read(name)
    except KeyError:
        return None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable(Reason.DAMAGED, str(error)) from error
