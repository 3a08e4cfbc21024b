"""Every rule our mail keeps, as a named check over its bytes: shown at /dev/mail, and asked of every kind of mail in tests."""

from __future__ import annotations

from forum.mailing.checking import form, identity, lists, signature, words
from forum.mailing.checking.registry import CHECKS, Check, Finding
from forum.mailing.checking.taken import House, Taken, take_apart

__all__ = ["CHECKS", "Check", "Finding", "House", "Taken", "checked", "form", "identity", "lists", "signature", "words"]


def checked(mail: bytes, house: House, *, kind: str = "", envelope: str = "") -> list[Finding]:
    """What each check says of a mail, in the order of the modules above.

    Args:
        mail: as it was handed over, signature and all.
        house: what is true of the site that sent it.
        kind: of the `Delivery`; decides whether it is a letter to one person or mail of a list.
        envelope: the return address it was handed over with, where that is known.
    """
    taken = take_apart(mail, kind=kind, envelope=envelope)
    return [Finding(check, check.look(taken, house)) for check in CHECKS]
