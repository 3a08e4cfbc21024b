"""Addresses a mail can be answered at: a token before the at sign, so that the address says who answers what.

Nothing here lets anybody in: whoever writes to such an address must still be the member it was made for.
"""

from __future__ import annotations

from flask import current_app

from forum.kernel import mail
from forum.notifications import tokens
from forum.notifications.tokens import Token


def answering_domain() -> str:
    """Where answers come in; empty where answering by mail is switched off."""
    return mail.office().return_domain


def reply_address(token: Token) -> str:
    """The address that means this token, or nothing where answering by mail is switched off."""
    domain = answering_domain()
    return f"{token}@{domain}" if domain else ""


def read(address: str) -> Token | None:
    """The token an address carries; nothing for any address that is not one of ours, in whatever case it comes back."""
    left, _at, domain = address.strip().strip("<>").rpartition("@")
    if not domain or domain.casefold() != answering_domain().casefold():
        return None
    return tokens.read(left.partition("+")[0])


def group_address(slug: str) -> str:
    """Where a member writes to start a thread in a group; nothing where answering by mail is switched off."""
    domain = answering_domain()
    return f"{slug}@{domain}" if domain else ""


def list_id(slug: str) -> str:
    """The List-Id of a group, or of another stream of mail. RFC 2919 2."""
    return f"<{slug}.{answering_domain() or host_of_site()}>"


def host_of_site() -> str:
    """The name of this site's machine, without scheme and port."""
    from_url = str(current_app.config["BASE_URL"]).partition("://")[2]
    return from_url.partition("/")[0].rpartition("@")[2].partition(":")[0] or "localhost"
