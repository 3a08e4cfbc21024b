"""/dev/mail: what the forum has sent, readable in the browser. Only on the machine it runs on, never with SMTP."""

from __future__ import annotations

import ipaddress
import re
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue

from forum.kernel.errors import NotFound
from forum.kernel.mail import Maildir, Outgoing, outgoing
from forum.kernel.settings import Settings
from forum.web.hypermedia import page

bp = Blueprint("mailbox", __name__)
LINK = re.compile(r"(https?://[^\s<>\"]+)")


def is_offered(settings: Settings, adapter: Outgoing) -> bool:
    """Whether this site is one for trying things out: mail goes to a folder, and the address is this machine's."""
    host = urlsplit(settings.base_url).hostname or ""
    return isinstance(adapter, Maildir) and settings.trusted_proxies == "0" and _is_this_machine(host)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@bp.before_request
def only_from_this_machine() -> None:
    """These mails open accounts. A proxy that we were not told of must not lend them to the world."""
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"))
    if forwarded or not _is_this_machine(request.remote_addr or ""):
        raise NotFound


@bp.get("/dev/mail")
def index() -> ResponseReturnValue:
    return page("dev/mail.html", mails=list(_maildir().newest()))


@bp.get("/dev/mail/<name>")
def show(name: str) -> ResponseReturnValue:
    mail = _maildir().read(name)
    if mail is None:
        raise NotFound
    text = mail.get_body(("plain",))
    return page("dev/show.html", mail=mail, pieces=pieces(text.get_content() if text else ""))


def _maildir() -> Maildir:
    return cast("Maildir", outgoing())


def pieces(text: str) -> list[tuple[str, bool]]:
    """Plain text cut at its web addresses: (piece, whether it is an address), for the template to escape and link."""
    return [(piece, number % 2 == 1) for number, piece in enumerate(LINK.split(text)) if piece]


def init_app(app: Flask, settings: Settings) -> None:
    """Offer the mailbox where it is safe to."""
    if is_offered(settings, app.extensions["forum.mail"].outgoing):
        app.register_blueprint(bp)
