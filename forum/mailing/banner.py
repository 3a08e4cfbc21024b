"""What every page of a member says at the top while mail to them does not go out."""

from __future__ import annotations

from flask import g

from forum.accounts.session import reader
from forum.kernel.mail import Suppression, pause_on
from forum.web.sharing.places import now_making


def mail_pause() -> Suppression | None:
    """What keeps mail from whoever is looking. Asks the database only where the session said that something may.

    Pages that members share are not made for members whose mail is paused (see `recognise`), so those say nothing.
    """
    if now_making() is not None or not g.get("mail_may_be_paused"):
        return None
    asking = reader()
    return pause_on(asking.email) if asking is not None else None
