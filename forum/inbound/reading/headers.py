"""Headers as people meant them: unfolded, decoded, on one line. RFC 5322 2.2, RFC 2047, RFC 6532."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses

from forum.extraction.outcomes import one_line
from forum.inbound.reading.charsets import text_of

LONGEST = 20_000  # characters of one header that are looked at
#: Comments in one another; what takes addresses apart goes down with each of them, to where no stack reaches.
DEEPEST = 20
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
BETWEEN = re.compile(r"(\?=)\s+(?==\?)")  # blanks between two encoded words mean nothing. RFC 2047 6.2
MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
ADDRESS = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|[^\s<>"(),;:@'][^\s<>"(),;:@]*)@[^\s<>"(),;:@']+""")


class AsTheyCame(Compat32):
    """Headers are what was sent, odd bytes included."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header of a mail that is handed on is not folded anew: at odd bytes that ends in no mail at all."""
        lines = re.sub(r"\r\n?|\n", self.linesep, value)
        return f"{name}: {lines}{self.linesep}".encode("utf-8", "surrogateescape")


def raw(mail: Message, name: str) -> list[str]:
    """Every header of this name, unfolded, as it came; bytes that are no ASCII are read as UTF-8, or as they look."""
    wanted = name.casefold()
    found = []
    for key, value in mail.raw_items():
        if key.casefold() == wanted:
            plain = str(value)[:LONGEST]
            if not plain.isascii():
                plain = text_of(plain.encode("utf-8", "surrogateescape"))
            found.append(re.sub(r"[\r\n]+[ \t]*", " ", plain))
    return found


def first(mail: Message, name: str) -> str:
    """The first header of this name for people; empty where there is none."""
    return next(iter(decoded(each) for each in raw(mail, name)), "")


def decoded(written: str) -> str:
    """Encoded words made readable; those side by side in one charset are put together first, since some cut a character."""
    pieces: list[tuple[str, bytes] | str] = []
    end = 0
    written = BETWEEN.sub(r"\1", written)
    for word in WORD.finditer(written):
        if word.start() > end:
            pieces.append(written[end : word.start()])
        charset, data = word.group(1).partition("*")[0].casefold(), _bytes_of(word.group(2), word.group(3))
        last = pieces[-1] if pieces else ""
        if isinstance(last, tuple) and last[0] == charset:
            pieces[-1] = (charset, last[1] + data)
        else:
            pieces.append((charset, data))
        end = word.end()
    pieces.append(written[end:])
    said = "".join(piece if isinstance(piece, str) else text_of(piece[1], piece[0]) for piece in pieces)
    return one_line(said, LONGEST)


def _bytes_of(how: str, written: str) -> bytes:
    plain = written.encode("utf-8", "surrogateescape")
    if how in "qQ":
        return quopri.decodestring(plain, header=True)
    try:
        return base64.b64decode(re.sub(rb"[^A-Za-z0-9+/]", b"", plain) + b"===")
    except (binascii.Error, ValueError):
        return b""


def addresses(mail: Message, name: str) -> list[tuple[str, str]]:
    """(display name, address in lower case) of every mailbox in all headers of this name."""
    found = []
    for each in raw(mail, name):
        # the addresses are taken apart before names are decoded: a name must not become an address
        for shown, address in getaddresses([without_deep_comments(each.replace("\0", ""))]):
            if "@" in address and not re.search(r"[\s\x00-\x1f<>,;]", address):
                found.append((decoded(shown), address.casefold()))
    return found


def bare_addresses(written: str) -> set[str]:
    """Whatever looks like an address outside of quotes and comments."""
    shallow = without_deep_comments(written)
    bare = re.sub(r"\([^()]*\)", " ", re.sub(r'"(?:[^"\\]|\\.)*"(?!@)', " ", shallow))
    return {each.casefold() for each in ADDRESS.findall(bare)}


def without_deep_comments(written: str) -> str:
    """A header without any comment, where some lie deeper in one another than a person would put them. RFC 5322 3.2.2"""
    if written.count("(") <= DEEPEST:
        return written
    outside: list[str] = []
    depth = deepest = 0
    quoted = escaped = False
    for each in written:
        inside = depth > 0
        if escaped:
            escaped = False
        elif each == "\\":
            escaped = True
        elif each == '"' and not inside:
            quoted = not quoted
        elif each == "(" and not quoted:
            depth += 1
        elif each == ")" and inside:
            depth -= 1
        deepest = max(deepest, depth)
        if not inside and not depth:
            outside.append(each)
    return "".join(outside) if deepest > DEEPEST else written


def message_ids(mail: Message, name: str) -> list[str]:
    """Ids without brackets, in order."""
    return [found for each in raw(mail, name) for found in MESSAGE_ID.findall(each)]
