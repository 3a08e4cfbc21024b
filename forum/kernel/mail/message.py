"""One mail to one person, and how it is put into Internet form.

RFC 5322 (messages), 2045–2047 (MIME), 2369 and 2919 (lists), 3834 (automatic mail), 5064 (Archived-At), 8058 (one-click).
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime

from forum.kernel import clock
from forum.kernel.mail.writing import alternatives, header, mailbox, structured, text_part

#: Headers a message may bring along; whatever else a caller names is refused, so that no name or title can add one.
MAY_BRING = frozenset(
    {
        *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "List-Help", "List-Post"),
        *("Archived-At", "Precedence"),
    }
)
UNFIT = re.compile(r"[^A-Za-z0-9._-]|^\.|\.$|\.(?=\.)")  # in the left half of a message id
LONGEST_NAME = 64  # characters of a display name


@dataclass(frozen=True, kw_only=True)
class Message:
    """One mail to one person, already in their language.

    Args:
        key: names the mail: the same key is the same mail, whoever promises it and however often.
        kind: what sort of mail it is ("account", "notice", "digest" …), for pages that count and for who may stop it.
        member_id: whose it is, where the address belongs to a member.
        sender_name: shown as the sender ("Amina D. via …"); the site's name when empty. The address is always ours.
        message_id: without brackets, where it must be one that others refer to; made from the key when empty.
        in_reply_to, references: message ids without brackets, so that mail programs build the thread. RFC 5322 3.6.4.
        answers: whether it answers a mail that somebody wrote to us; other programs then know it from a notice.
        headers: further headers, of those in MAY_BRING.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    language: str = "en"
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    kind: str = "account"
    member_id: int | None = None
    sender_name: str = ""
    reply_to: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    answers: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def one_line(text: str) -> str:
    """Text that is safe in a header: no line break or control character can start a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@dataclass(frozen=True)
class Sender:
    """Who our mail comes from."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def message_id(self, message: Message) -> str:
        """The permanent id of this mail, without brackets. RFC 5322 3.6.4."""
        if message.message_id:
            return one_line(message.message_id)
        plain = UNFIT.sub("-", message.key)
        if plain != message.key:  # two keys must not become one id
            plain += "." + hashlib.blake2b(message.key.encode(), digest_size=6).hexdigest()
        return f"{plain}@{self.domain}"

    def bytes_of(self, message: Message) -> bytes:
        """The mail as it goes out, but for a signature.

        Raises:
            ValueError: it brings a header that is not for callers to set.
        """
        if strange := set(message.headers) - MAY_BRING:
            raise ValueError(f"not for a message to bring: {', '.join(sorted(strange))}")
        mail_id = self.message_id(message)
        shown = one_line(message.sender_name)[:LONGEST_NAME] or one_line(self.name)
        lines = [
            mailbox("From", shown, self.address),
            structured("To", ascii_domain(one_line(message.to))),
            header("Subject", one_line(message.subject)),
            structured("Date", format_datetime(clock.now())),
            structured("Message-ID", f"<{mail_id}>"),
        ]
        if message.in_reply_to:
            lines.append(structured("In-Reply-To", f"<{one_line(message.in_reply_to)}>"))
        if message.references:
            lines.append(structured("References", *(f"<{one_line(each)}>" for each in message.references)))
        if message.reply_to:
            lines.append(structured("Reply-To", one_line(message.reply_to)))
        # RFC 3834 5: no holiday notices, please
        lines.append("Auto-Submitted: auto-replied" if message.answers else "Auto-Submitted: auto-generated")
        lines += [structured(name, *one_line(value).split(" ")) for name, value in message.headers.items()]
        lines += [f"Content-Language: {one_line(message.language)}", "MIME-Version: 1.0"]
        body = alternatives(mail_id, message.text, message.html) if message.html else text_part(message.text)
        return ("\r\n".join(lines) + "\r\n" + body + "\r\n").encode()


def ascii_domain(address: str) -> str:
    """An address with the domain as DNS knows it. RFC 5891 4."""
    name, at, domain = address.rpartition("@")
    try:
        return f"{name}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address
