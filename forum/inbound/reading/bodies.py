"""The content of one part: out of its transfer encoding, its charset, its flowed lines. RFC 2045 6, RFC 3676."""

from __future__ import annotations

import binascii
import re
from email.message import Message

from forum.extraction.outcomes import as_text
from forum.inbound.letters import Attachment
from forum.inbound.reading.charsets import text_of
from forum.inbound.reading.flowed import unflowed
from forum.inbound.reading.names import safe

MOST_TEXT = 4 * 2**20  # characters
#: A file within the text, as mail programs sent it before MIME. POSIX uuencode.
UUENCODED = re.compile(
    r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[\x20-\x60]{1,64}\n)*?)(?:`|[ ]?)\n?end[ ]*$", re.MULTILINE
)
MOST_FILES = 20


def content_of(part: Message) -> bytes:
    """The bytes of a part; of a damaged one whatever can be had."""
    if part.is_multipart():  # it claims to be one, and is many
        return b""
    for _ in range(2):
        try:
            found = part.get_payload(decode=True)
            return found if isinstance(found, bytes) else str(found or "").encode("utf-8", "surrogateescape")
        except (ValueError, LookupError, AssertionError):
            # some names of charsets are codecs that cannot even be asked to replace what they do not know
            part.del_param("charset")
    return b""


def within(part: Message) -> list[Message]:
    """The parts of a part; none of one that has no parts, whatever it says of itself."""
    return [each for each in part.get_payload() if isinstance(each, Message)] if part.is_multipart() else []


def text_of_part(part: Message, content: bytes) -> str:
    """The characters of a part, in lines that end with a line feed."""
    text = as_text(text_of(content, _parameter(part, "charset")), MOST_TEXT)
    if part.get_content_type() == "text/plain" and _parameter(part, "format").casefold() == "flowed":
        text = unflowed(text, joined=_parameter(part, "delsp").casefold() == "yes")
    return text


def _parameter(part: Message, name: str) -> str:
    try:
        said = part.get_param(name, "")
    except (ValueError, LookupError, TypeError):
        return ""
    return said[2] if isinstance(said, tuple) else str(said or "")


def without_uuencoded(text: str) -> tuple[str, list[Attachment]]:
    """The text without files that were written into it, and these files."""
    files: list[Attachment] = []
    if "\nend" not in text or "begin " not in text:
        return text, files

    def take(found: re.Match[str]) -> str:
        if len(files) >= MOST_FILES:
            return found.group()
        try:
            content = b"".join(binascii.a2b_uu(line.encode("ascii")) for line in found.group(2).splitlines())
        except (binascii.Error, UnicodeError):
            return found.group()
        files.append(
            Attachment(name=safe(found.group(1)) or "file.bin", type="application/octet-stream", content=content)
        )
        return ""

    return UUENCODED.sub(take, text), files
