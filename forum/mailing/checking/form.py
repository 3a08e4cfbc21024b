"""How a mail is written down: lines, headers, characters, parts. RFC 5322, 2045, 2046, 2047."""

from __future__ import annotations

import base64
import binascii
import re

from forum.kernel.i18n import _
from forum.mailing.checking.registry import check
from forum.mailing.checking.taken import House, Taken

LONGEST_LINE = 998
USUAL_LINE = 78
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
#: May be there once: those of RFC 5322 3.6, and those that mean nothing twice.
AT_MOST_ONCE = (
    *ONCE,
    *("Sender", "Reply-To", "Cc", "Bcc", "In-Reply-To", "References", "Content-Transfer-Encoding"),
    *("Content-Language", "Auto-Submitted", "Archived-At", "Precedence", "DKIM-Signature"),
    *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "List-Help", "List-Post"),
)
KNOWN = frozenset(name.lower() for name in AT_MOST_ONCE) - {"sender", "cc", "bcc"}
ENCODED_WORD = re.compile(r"=\?([^?]*)\?([^?]*)\?([^? ]*)\?=")


@check(_("Lines end with CR and LF, and with nothing else"), "RFC 5322 2.1, RFC 5321 2.3.8")
def line_ends(mail: Taken, house: House) -> str:
    strays = re.findall(rb"(?<!\r)\n|\r(?!\n)|\x00", mail.raw)
    return f"{len(strays)} × {strays[0]!r}" if strays else ""


@check(_("No line is longer than 998 bytes"), "RFC 5322 2.1.1, RFC 5321 4.5.3.1.6")
def line_length(mail: Taken, house: House) -> str:
    longest = max(len(line) for line in mail.raw.split(b"\r\n"))
    return f"{longest}" if longest > LONGEST_LINE else ""


@check(_("Lines are at most 78 characters long where they can be broken"), "RFC 5322 2.1.1, RFC 2045 6.7 and 6.8")
def usual_length(mail: Taken, house: House) -> str:
    for line in mail.raw.split(b"\r\n"):
        words = line.removeprefix(b" ").removeprefix(b"\t").split(b" ")
        breakable = len(words) > 1 and not (len(words) == 2 and words[0].endswith(b":"))  # one word: nothing to break
        if len(line) > USUAL_LINE and breakable:
            return line[:120].decode("latin-1")
    return ""


@check(_("Headers have a name we know and plain ASCII in them"), "RFC 5322 2.2")
def header_syntax(mail: Taken, house: House) -> str:
    for name, value in mail.headers:
        plain = all(32 <= byte < 127 or byte == 9 for byte in value)
        if name.lower() not in KNOWN or not plain:
            return f"{name}: {value[:60]!r}"
    return ""


@check(_("Each header that belongs there once is there once"), "RFC 5322 3.6")
def single_headers(mail: Taken, house: House) -> str:
    for name in AT_MOST_ONCE:
        count = len(mail.all(name))
        if count > 1 or (name in ONCE and count != 1):
            return f"{count} × {name}"
    return ""


@check(_("Encoded words are whole, in UTF-8, and at most 75 characters long"), "RFC 2047 2 and 5")
def encoded_words(mail: Taken, house: House) -> str:
    for _name, value in mail.headers:
        for found in ENCODED_WORD.finditer(value.decode("latin-1")):
            if len(found[0]) > 75 or found[1].lower().partition("*")[0] != "utf-8" or not _is_whole(found[2], found[3]):
                return found[0][:90]
    return ""


def _is_whole(encoding: str, text: str) -> bool:
    """Whether a word can be read by itself: no character may begin in one and end in the next."""
    try:
        data = base64.b64decode(text, validate=True) if encoding.lower() == "b" else _unquoted(text)
        data.decode("utf-8")
    except (binascii.Error, ValueError):
        return False
    return encoding.lower() in ("b", "q")


def _unquoted(text: str) -> bytes:
    if re.search(r"=(?![0-9A-Fa-f]{2})", text):
        raise ValueError(text)
    return binascii.a2b_qp(text.replace("_", " "))


@check(_("It says that it is MIME"), "RFC 2045 4")
def mime_version(mail: Taken, house: House) -> str:
    return "" if mail.one("MIME-Version") == "1.0" else mail.one("MIME-Version") or "–"


@check(_("It is plain text, alone or first of two ways to say the same"), "RFC 2046 5.1.4")
def parts(mail: Taken, house: House) -> str:
    kinds = [part.get_content_type() for part in mail.parsed.walk()]
    usual = (["text/plain"], ["multipart/alternative", "text/plain", "text/html"])
    return "" if kinds in usual else ", ".join(kinds)


@check(_("Nothing about its form is defective"), "RFC 5322, RFC 2045")
def defects(mail: Taken, house: House) -> str:
    found = [defect for part in mail.parsed.walk() for defect in part.defects]
    found += [defect for part in mail.parsed.walk() for value in part.values() for defect in value.defects]
    return type(found[0]).__name__ if found else ""


@check(_("Every text says that it is in UTF-8, and is"), "RFC 2046 4.1.2, RFC 3629")
def charset(mail: Taken, house: House) -> str:
    for part in mail.parsed.walk():
        if part.get_content_maintype() != "text":
            continue
        try:
            bytes(part.get_payload(decode=True)).decode("utf-8")  # type: ignore[arg-type]
        except ValueError:
            return part.get_content_type()
        if part.get_content_charset() != "utf-8":
            return str(part["Content-Type"])
    return ""


@check(_("Every text is carried as it is, or in the smaller of the two encodings"), "RFC 2045 6")
def transfer_encoding(mail: Taken, house: House) -> str:
    for part in mail.parsed.walk():
        if part.get_content_maintype() == "text" and (wrong := _encoding_of(part)):
            return wrong
    return ""


def _encoding_of(part: object) -> str:
    carried, data = part.get_payload(), part.get_payload(decode=True)  # type: ignore[attr-defined]
    named = str(part["Content-Transfer-Encoding"] or "7bit")  # type: ignore[index]
    plain = data.isascii() and all(len(line) <= USUAL_LINE and line[:4] != b"--=_" for line in data.splitlines())
    if named == "7bit":
        return "" if plain else named
    if plain or named not in ("base64", "quoted-printable"):
        return named
    other = len(binascii.b2a_qp(data)) if named == "base64" else len(base64.encodebytes(data))
    allowed = other * 1.05 + 16  # the two break lines at different places
    return f"{named}: {len(carried)}, {other}" if len(carried) > allowed else ""
