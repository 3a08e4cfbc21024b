"""One mail to one person, and how it is put into Internet form.

RFC 5322 (messages), 2045–2047 (MIME), 2369 and 2919 (lists), 3834 (automatic mail), 5064 (Archived-At), 8058 (one-click).
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from forum.kernel import clock

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

    def compose(self, message: Message) -> EmailMessage:
        """The mail as it goes out.

        Raises:
            ValueError: it brings a header that is not for callers to set.
        """
        if strange := set(message.headers) - MAY_BRING:
            raise ValueError(f"not for a message to bring: {', '.join(sorted(strange))}")
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = Address(
            one_line(message.sender_name)[:LONGEST_NAME] or one_line(self.name), addr_spec=self.address
        )
        mail["To"] = one_line(message.to)
        mail["Subject"] = one_line(message.subject)
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<{self.message_id(message)}>"
        if message.in_reply_to:
            mail["In-Reply-To"] = f"<{one_line(message.in_reply_to)}>"
        if message.references:
            mail["References"] = " ".join(f"<{one_line(each)}>" for each in message.references)
        if message.reply_to:
            mail["Reply-To"] = one_line(message.reply_to)
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices, please
        for name, value in message.headers.items():
            mail[name] = one_line(value)
        mail.set_content(message.text, cte=_smaller(message.text))
        if message.html:
            mail.add_alternative(message.html, subtype="html", cte=_smaller(message.html))
        mail["Content-Language"] = one_line(message.language)  # set_content would have dropped it
        return mail


def _smaller(text: str) -> str:
    """How to carry a text: as it is where it fits, else the smaller of the two encodings of RFC 2045."""
    data = text.encode()
    if text.isascii() and "\r" not in text and all(len(line) <= 78 for line in text.split("\n")):
        return "7bit"
    sample = data[:8192]
    return "base64" if len(base64.b64encode(sample)) < len(quopri.encodestring(sample)) else "quoted-printable"
