"""Names of files that came along, made such that they can be shown and saved anywhere."""

from __future__ import annotations

import mimetypes
import re
from email.message import Message
from email.utils import collapse_rfc2231_value

from forum.extraction.outcomes import one_line
from forum.inbound.reading.charsets import text_of
from forum.inbound.reading.headers import decoded

mimetypes.init(files=())  # what Python knows; the files of the system are not to be opened here
LONGEST = 120  # characters
UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*\u200e\u200f\u061c]')


def name_of(part: Message, number: int) -> str:
    """What the sender called it, or a name that says what it is."""
    said = safe(_said(part))
    if said:
        return said
    ending = mimetypes.guess_extension(part.get_content_type()) or ".bin"
    return f"attachment-{number}{ending}"


def safe(name: str) -> str:
    """The last part of a path, without anything a file system or a reader could misunderstand."""
    last = re.split(r"[/\\]", name)[-1]
    plain = one_line(UNSAFE.sub("", last), 1000).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1].rstrip()}.{ending}" if stem else ""


def _said(part: Message) -> str:
    for parameter, header in (("filename", "content-disposition"), ("name", "content-type")):
        try:
            said = part.get_param(parameter, "", header)
            plain = collapse_rfc2231_value(said) if said else ""
        except (LookupError, ValueError, TypeError):
            continue
        if plain:
            return decoded(text_of(plain.encode("utf-8", "surrogateescape")))
    return ""
