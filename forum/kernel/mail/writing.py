"""A mail as bytes: headers folded and encoded, texts carried in the smaller encoding.

Written here because the library's way of folding makes encoded words of more than 75 characters (RFC 2047 2), and takes
several times as long as everything else about a mail.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator

USUAL_LINE = 78  # RFC 5322 2.1.1, without the line end
ENCODED_LINE = 76  # a line with an encoded word in it. RFC 2047 2
LONGEST_WORD = 75
ATEXT = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
#: In names of people; elsewhere more could stand for itself, but nobody needs that. RFC 2047 5 (3).
STANDS_FOR_ITSELF = re.compile(r"[A-Za-z0-9!*+/-]")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def header(name: str, value: str) -> str:
    """A header whose value is words, such as a subject."""
    if _is_plain(value):
        return _folded(f"{name}:", value.split(" "))
    return _folded(f"{name}:", encoded_words(value, ENCODED_LINE - len(name) - 2), USUAL_LINE)


def structured(name: str, *parts: str) -> str:
    """A header whose value is parts that stay as they are, such as message ids; a line is broken only between them."""
    return _folded(f"{name}:", parts)


def mailbox(name: str, words: str, address: str) -> str:
    """A header that names one person and their address. RFC 5322 3.4."""
    if not _is_plain(words):
        parts = [*encoded_words(words, ENCODED_LINE - len(name) - 2), f"<{address}>"]
    elif ATEXT.fullmatch(words):
        parts = [*words.split(" "), f"<{address}>"]
    else:
        quoted = re.sub(r'(["\\])', r"\\\1", words)
        parts = [f'"{quoted}"', f"<{address}>"]
    return _folded(f"{name}:", parts)


def encoded_words(text: str, first: int) -> list[str]:
    """A text as encoded words, none of which ends within a character. RFC 2047 2 and 5.

    Args:
        first: how long the first of them may be: it shares its line with the header's name.
    """
    quoted = "".join(_quoted(character) for character in text)
    letter = "b" if len(base64.b64encode(text.encode())) < len(quoted) else "q"
    return [f"=?utf-8?{letter}?{said}?=" for said in _cut(text, letter, first)]


def _cut(text: str, letter: str, first: int) -> Iterator[str]:
    frame = len("=?utf-8?b??=")
    room, chunk, size = min(first, LONGEST_WORD) - frame, "", 0
    for character in text:
        more = len(_quoted(character)) if letter == "q" else len(character.encode())
        if chunk and (size + more if letter == "q" else (size + more + 2) // 3 * 4) > room:
            yield _said(chunk, letter)
            room, chunk, size = LONGEST_WORD - frame, "", 0
        chunk, size = chunk + character, size + more
    yield _said(chunk, letter)


def _said(chunk: str, letter: str) -> str:
    if letter == "b":
        return base64.b64encode(chunk.encode()).decode()
    return "".join(_quoted(character) for character in chunk)


def _quoted(character: str) -> str:
    if character == " ":
        return "_"
    if STANDS_FOR_ITSELF.fullmatch(character):
        return character
    return "".join(f"={byte:02X}" for byte in character.encode())


def _is_plain(value: str) -> bool:
    """Whether words can stand as they are: ASCII, not to be taken for an encoded word, and short enough to be folded."""
    return value.isascii() and "=?" not in value and all(len(word) < USUAL_LINE - 20 for word in value.split(" "))


def _folded(start: str, parts: Iterable[str], longest: int = USUAL_LINE) -> str:
    lines = [start]
    for part in parts:
        first = lines[-1] == start  # nothing may be broken off between the name and the first part
        if first or len(lines[-1]) + 1 + len(part) <= longest:
            lines[-1] += f" {part}"
        else:
            lines.append(f" {part}")
    return "\r\n".join(lines)


def text_part(text: str, subtype: str = "plain") -> str:
    """One text with its own headers, and without a line end after it."""
    words = UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip("\n") + "\n"
    carried, encoding = _carried(words)
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
        + carried.replace("\n", "\r\n").removesuffix("\r\n")
    )


def _carried(words: str) -> tuple[str, str]:
    """How to carry a text: as it is where it fits, else in the smaller of the two encodings. RFC 2045 6."""
    data = words.encode("utf-8", "replace")
    if data.isascii() and all(len(line) <= USUAL_LINE and not line.startswith("--=_") for line in words.split("\n")):
        return words, "7bit"
    quoted = binascii.b2a_qp(data, istext=True)
    # a line that stands for itself may not begin as the separator of another program does, nor as the end of a mail
    quoted = re.sub(rb"(?m)^(From |\.$)", lambda found: b"=%02X%s" % (found[0][0], found[0][1:]), quoted)
    encoded = base64.encodebytes(data.replace(b"\n", b"\r\n"))
    if len(encoded) < len(quoted):
        return encoded.decode(), "base64"
    return quoted.decode(), "quoted-printable"


def alternatives(mail_id: str, text: str, html: str) -> str:
    """The same said twice, the plainer first. RFC 2046 5.1.4."""
    # neither encoding can produce "=_", and a text with such a line is not carried as it is. RFC 2045 6.7
    boundary = "=_" + hashlib.blake2b(mail_id.encode(), digest_size=12).hexdigest()
    parts = f"\r\n--{boundary}\r\n".join(("", text_part(text), text_part(html, "html")))
    return f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n{parts}\r\n--{boundary}--'
