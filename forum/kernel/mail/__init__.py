"""Mail that goes out: promised in the transaction, handed over by the worker, once, and remembered.

An operation calls `promise(Message(...))`, which writes a `Delivery` row with the deed. The worker hands it to the
adapter that the setting MAIL_URL chose. `forum.mailing` shows what became of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import current_app

from forum.kernel.jobs import every, lane
from forum.kernel.mail.adapters import Answer, Maildir, Outcome, Outgoing, Smtp
from forum.kernel.mail.deliveries import (
    Delivery,
    Reason,
    State,
    Suppression,
    cancel,
    end_pauses,
    forget_address,
    forget_old_words,
    held_mails,
    knows_addresses,
    pause_on,
    promise,
    promise_all,
)
from forum.kernel.mail.dkim import SMALLEST, Signer
from forum.kernel.mail.message import Message, Sender, one_line
from forum.kernel.mail.sending import Office, cancel_unwanted, objection, send_due
from forum.kernel.settings import Settings, WrongSetting

__all__ = [
    "Answer",
    "Delivery",
    "Maildir",
    "Message",
    "Office",
    "Outcome",
    "Outgoing",
    "Reason",
    "Sender",
    "Signer",
    "Smtp",
    "State",
    "Suppression",
    "address_of",
    "cancel",
    "cancel_unwanted",
    "choose",
    "forget_address",
    "held_mails",
    "knows_addresses",
    "objection",
    "office",
    "one_line",
    "outgoing",
    "pause_on",
    "promise",
    "promise_all",
]


def address_of(path: str) -> str:
    """The full address of a page of this site, for a mail that is written outside of any request."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


def office() -> Office:
    """What this site sends mail with, as `forum.app` chose it."""
    return cast("Office", current_app.extensions["forum.mail"])


def outgoing() -> Outgoing:
    """Where this site hands mail over."""
    return office().outgoing


def choose(settings: Settings) -> Office:
    """Sending as the settings say.

    Raises:
        WrongSetting: the key to sign with cannot be read or used.
    """
    parts = urlsplit(settings.mail_url)
    sender = Sender(settings.site_name, settings.mail_from)
    adapter: Outgoing
    if parts.scheme == "file":
        adapter = Maildir(Path(parts.path) if parts.path else settings.data_path / "mail")
    else:
        adapter = Smtp(settings.mail_url, Path(settings.mail_log) if settings.mail_log else None)
    return Office(
        sender=sender,
        outgoing=adapter,
        signer=_signer(settings, sender.domain),
        return_domain=settings.reply_domain,
        rates=settings.mail_rate_by_domain,
    )


def _signer(settings: Settings, domain: str) -> Signer | None:
    if not settings.dkim_key:
        return None
    try:
        return Signer.from_file(Path(settings.dkim_key), domain=domain, selector=settings.dkim_selector)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "there is none in it"
        right = f"name a file with a private RSA key of at least {SMALLEST} bits in PEM ({why})"
        raise WrongSetting("DKIM_KEY", settings.dkim_key, right) from error


@lane
def send_promised_mail(limit: int, stopping: Callable[[], bool]) -> int:
    """Hand over what is due, beside the jobs: a slow mail server must not hold up the index."""
    return send_due(office(), limit=limit, stopping=stopping)


@every(timedelta(hours=1))
def end_pauses_that_are_over() -> None:
    """So that whoever asks for pauses that hold finds few."""
    end_pauses()


@every(timedelta(hours=6))
def forget_old_mail() -> None:
    """What was said in a mail is not kept for ever."""
    forget_old_words()
