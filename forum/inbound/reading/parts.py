"""Walking through a mail of many parts: which words are to be read, which files came along. RFC 2046, RFC 2183."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

from forum.inbound.letters import Attachment, Seal
from forum.inbound.reading.armour import without_armour
from forum.inbound.reading.bodies import content_of, text_of_part, within, without_uuencoded
from forum.inbound.reading.headers import AsTheyCame, first
from forum.inbound.reading.markup import text_of_html
from forum.inbound.reading.names import name_of, safe
from forum.inbound.reading.wrappers import Damaged, Encrypted, unwrapped

DEEPEST, MOST_PARTS = 12, 300
#: A picture shown within the text that weighs less belongs to a signature, or counts who opens the mail.
SMALL_PICTURE = 32 * 1024
#: Proof of who wrote it: of no use as a file.
PROOFS = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-keys",
    }
)
SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
#: A mail that is nothing but an encrypted text, written into it. RFC 9580 6.2
ARMOUR = re.compile(r"\s*-----BEGIN PGP MESSAGE-----")
READ = frozenset({"text/plain", "text/html", "text/markdown", "text/enriched", "text/richtext"})


@dataclass
class Gathered:
    """What was found on the way through."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    parts: int = 0

    @property
    def text(self) -> str:
        return "\n\n".join(text.strip("\n") for text in self.texts if text.strip())

    def note(self, what: str) -> None:
        if what not in self.trouble:
            self.trouble.append(what)


def gather(mail: Message) -> Gathered:
    """Everything in a mail that is for a reader."""
    found = Gathered()
    _walk(mail, found, 0)
    return found


def _walk(part: Message, found: Gathered, depth: int) -> None:
    found.parts += 1
    if depth > DEEPEST:
        found.note("parts lie deeper in one another than is read")
    elif found.parts > MOST_PARTS:
        found.note("it has more parts than are read")
    elif part.get_content_maintype() == "multipart" and part.is_multipart():
        _walk_many(part, found, depth)
    elif part.get_content_maintype() == "message":
        _message(part, found)
    else:
        _leaf(part, found, depth)


def _walk_many(part: Message, found: Gathered, depth: int) -> None:
    children = within(part)
    match part.get_content_type():
        case "multipart/alternative":
            _alternative(children, found, depth)
        case "multipart/encrypted":
            found.note(Seal.ENCRYPTED)
        case "multipart/signed" if children:
            _signed(children[0], found, depth)
        case _:
            for child in children[: MOST_PARTS + 1]:
                _walk(child, found, depth + 1)


def _alternative(children: list[Message], found: Gathered, depth: int) -> None:
    """The same said several times: plain text where it says anything, else what can be made of the others."""
    tried = []
    for child in children[:20]:
        each = Gathered(parts=found.parts)
        _walk(child, each, depth + 1)
        found.parts = each.parts
        found.attachments += each.attachments
        for what in each.trouble:
            found.note(what)
        tried.append((child.get_content_type(), each.text))
    plain = [text for kind, text in tried if kind == "text/plain" and text.strip()]
    others = [text for _, text in tried if text.strip()]
    found.texts += plain[:1] or others[-1:]


def _message(part: Message, found: Gathered) -> None:
    """A mail within the mail is a file; whoever wants its words opens it."""
    mail = next(iter(within(part)), None)
    if part.get_content_type() != "message/rfc822" or mail is None:
        found.note(f"a part of the kind {part.get_content_type()} was left out")
        return
    name = safe(f"{first(mail, 'subject')[:80]}.eml") or "mail.eml"
    found.attachments.append(Attachment(name=name, type="message/rfc822", content=_as_bytes(mail)))


def _as_bytes(mail: Message) -> bytes:
    try:
        return mail.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, KeyError, AttributeError, MessageError, RecursionError):
        return content_of(mail)


def _leaf(part: Message, found: Gathered, depth: int) -> None:
    kind, disposition = part.get_content_type(), (part.get_content_disposition() or "")
    if kind in PROOFS:
        return
    if kind in SEALED or (
        kind == "application/octet-stream" and name_of(part, 0).casefold().endswith(".p7m")
    ):  # RFC 8551 3.2.1
        _sealed(part, found, depth)
        return
    content = content_of(part)
    broken = kind.startswith("multipart/")  # it claims to have parts, and none can be found
    if (kind in READ or broken) and disposition != "attachment" and not (disposition and part.get_filename()):
        text = text_of_part(part, content)
        if kind == "text/html" or (kind == "text/plain" and _is_html(text)):
            text = text_of_html(text)
        elif kind in ("text/enriched", "text/richtext"):
            text = re.sub(r"<[^<>]{0,80}>", "", text)
        else:
            text, files = without_uuencoded(text)
            found.attachments += files
            if ARMOUR.match(text):
                found.note(Seal.ENCRYPTED)
                return
        found.texts.append(without_armour(text))
        return
    if _is_ornament(part, kind, disposition, content):
        return
    found.attachments.append(Attachment(name=name_of(part, len(found.attachments) + 1), type=kind, content=content))


def _sealed(part: Message, found: Gathered, depth: int) -> None:
    """S/MIME in one piece: what is only signed in it, or made smaller, is read."""
    try:
        inner = unwrapped(content_of(part))
    except Encrypted:
        found.note(Seal.ENCRYPTED)
    except Damaged:
        found.note(_seal_of(part))
    else:
        if inner:  # certificates that are sent by themselves are no words
            _signed(message_from_bytes(inner, policy=AsTheyCame()), found, depth)


def _signed(part: Message, found: Gathered, depth: int) -> None:
    """What a signature covers. A whole mail in it is the mail: so its headers are covered too. RFC 8551 3.1"""
    mail = next(iter(within(part)), None) if part.get_content_type() == "message/rfc822" else None
    _walk(part if mail is None else mail, found, depth + 1)


def _seal_of(part: Message) -> Seal:
    """As its header says, where it cannot be read; where that does not say, most of such mail is encrypted. RFC 8551 3.2.2"""
    said = part.get_param("smime-type", "")
    named = said.casefold() if isinstance(said, str) else ""
    return Seal.WRAPPED if named in ("signed-data", "compressed-data", "certs-only") else Seal.ENCRYPTED


def _is_html(text: str) -> bool:
    return bool(re.match(r"\s*(?:<!doctype html|<html[\s>])", text[:200], re.IGNORECASE))


def _is_ornament(part: Message, kind: str, disposition: str, content: bytes) -> bool:
    if not content:
        return True
    shown_within = disposition == "inline" or (not disposition and part.get("Content-ID") is not None)
    return kind.startswith("image/") and shown_within and len(content) < SMALL_PICTURE
