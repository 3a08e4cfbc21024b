"""Mails as chance would have them: fixture mails with bytes, lines and headers changed, the same ones for the same seed."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator

from tests.hostile_mails import BOMBS, HOSTILE
from tests.unit.inbound.test_reports import EXCHANGE, EXIM, FAILED, GMAIL, QMAIL, report
from tests.unit.inbound.test_sealed import BY_OPENSSL, signed
from tests.unit.replies import replies

LARGEST = 20_000  # bytes: larger ones are of the bombs' own tests
#: What has confused programs that read mail, in headers above all.
ODD = (
    *(b"\0", b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x85", b"\xa0", b"\xff", b"\xc3", b"\xe2\x80\xa8", b"\r", b"\n"),
    *(b"\r\n\r\n", b"\r\n ", b"\t", b":", b";", b",", b'"', b"\\", b"<", b">", b"(", b")", b"(" * 3000, b"@", b"=", b"=?", b"?="),
    *(b"=?utf-8?B?", b"=?x?q?=ff?=", b"%", b"*0*=", b"--", b"--b", b"--b--", b"boundary=", b"charset=utf-7", b"charset=idna"),
    *(b"begin 644 a\n", b"From ", b">From ", b"-----BEGIN PGP SIGNED MESSAGE-----\n", b"1e999", b"<![CDATA[", b"&#1;"),
)  # fmt: skip
HEADERS = (
    *(b"From", b"Sender", b"To", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References", b"MIME-Version"),
    *(b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"Content-ID", b"Content-Language"),
    *(b"Auto-Submitted", b"Precedence", b"List-Id", b"Authentication-Results", b"Received", b"Return-Path"),
)  # fmt: skip
VALUES = (
    *(b"", b"multipart/mixed", b"multipart/signed; boundary=b", b"multipart/report; boundary=b", b"message/rfc822"),
    *(b"message/delivery-status", b"text/html", b"text/plain; format=flowed", b"text/plain; charset=utf-16"),
    *(b"application/pkcs7-mime", b"base64", b"quoted-printable", b"uuencode", b"x-gzip", b'attachment; filename="a'),
    *(b"<a@b>", b"a@b, c@d", b"=?utf-8?q?=00?= <a@b>", b"mx.example.org; dmarc=pass header.from=example.org"),
)  # fmt: skip


def originals() -> dict[str, bytes]:
    """The mails that are changed, by name: of every kind that some test reads."""
    head = b"From: Bao <bao@example.org>\r\nSubject: Re: Water\r\nMessage-ID: <1@x>\r\nContent-Type: %s\r\n%s\r\n"
    plain = head % (b"text/plain; charset=utf-8", b"")
    wrapped = head % (b"application/pkcs7-mime; smime-type=signed-data", b"Content-Transfer-Encoding: base64\r\n")
    found = {name: raw for name, raw in {**HOSTILE, **BOMBS}.items() if len(raw) <= LARGEST}
    found |= {f"{each.name} {each.language}": plain + each.text.encode() for each in replies()}
    reports = {"a report": report(FAILED), "qmail": QMAIL, "exim": EXIM, "exchange": EXCHANGE}
    found |= {
        name: raw.strip("\n").replace("\n", "\r\n").encode() for name, raw in {**reports, "gmail, back": GMAIL}.items()
    }
    found["signed in the text"] = plain + signed("WORDS\n- a point").encode()
    found["signed and wrapped"] = wrapped + base64.encodebytes(base64.b64decode(BY_OPENSSL))
    return found


def mutations(count: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """So many changed mails, each with what it was and how often it was changed."""
    chance = random.Random(seed)
    mails = list(originals().items())
    for number in range(count):
        name, raw = chance.choice(mails)
        times = chance.choice((1, 1, 1, 2, 3, 8))
        for _each in range(times):
            raw = chance.choice(CHANGES)(raw, chance)[: 4 * LARGEST]
        yield f"{name}, {number} of seed {seed}", raw


def _byte(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + chance.choice((0, 1)) :]


def _odd(raw: bytes, chance: random.Random) -> bytes:
    """In the headers as often as in all the rest."""
    ends = chance.choice((len(raw), raw.find(b"\r\n\r\n") % (len(raw) + 1)))
    at = chance.randrange(ends + 1)
    return raw[:at] + chance.choice(ODD) + raw[at:]


def _cut(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + raw[chance.choice((len(raw), at + chance.randrange(200))) :]


def _line(raw: bytes, chance: random.Random) -> bytes:
    """A line goes, comes twice, or goes somewhere else."""
    lines = raw.split(b"\n")
    line = lines[chance.randrange(len(lines))]
    if chance.random() < 0.6:
        lines.remove(line)
    for _each in range(chance.choice((0, 1, 1, 30))):
        lines.insert(chance.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def _header(raw: bytes, chance: random.Random) -> bytes:
    """One more, at the head of the mail or of any of its parts."""
    line = chance.choice(HEADERS) + b": " + chance.choice((*VALUES, chance.choice(ODD) * 3)) + b"\r\n"
    begins = [0, *(at + 1 for at, byte in enumerate(raw) if byte == 10 and chance.random() < 0.1)]
    at = chance.choice(begins)
    return raw[:at] + line + raw[at:]


def _within(raw: bytes, chance: random.Random) -> bytes:
    """As the mail that another one forwards."""
    head, middle = (
        b"From: Bao <bao@example.org>\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n",
        b"message/rfc822\r\n\r\n",
    )
    return head + b"--o\r\n\r\nWORDS\r\n--o\r\nContent-Type: " + middle + raw + b"\r\n--o--"


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _byte,
    _odd,
    _odd,
    _cut,
    _line,
    _header,
    _header,
    _within,
)
