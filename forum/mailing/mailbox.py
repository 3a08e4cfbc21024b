"""/dev/mail: what the forum has sent, to be read, checked, answered and sent back. Only on the machine it runs on."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.inbound.words import became
from forum.kernel import clock
from forum.kernel.errors import Invalid, NotFound
from forum.kernel.mail import Maildir, Outgoing
from forum.kernel.settings import Settings
from forum.mailing import trying, words
from forum.mailing.programs import PROGRAMS
from forum.mailing.returning import FAILURES
from forum.notifications.preparing import hurry
from forum.web.hypermedia import page, see_other

bp = Blueprint("mailbox", __name__)
LINK = re.compile(r"(https?://[^\s<>\"]+)")
#: For a frame that can do nothing: neither scripts, nor forms, nor anything from elsewhere.
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups"


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
    """Mail that went out, newest first, and what came in from here."""
    return page("dev/mail.html", mails=list(trying.folder().newest()), came=trying.latest(), words=words)


@bp.post("/dev/mail/digests")
def digests() -> ResponseReturnValue:
    """Make every digest due now; the worker does the rest."""
    hurry(now=clock.now())
    flash(_("Digests are being made. Reload this page in a moment."), "success")
    return see_other("/dev/mail")


@bp.get("/dev/mail/<name>")
def show(name: str) -> ResponseReturnValue:
    return _page(name)


def _page(name: str, wrong: Invalid | None = None) -> ResponseReturnValue:
    mail = trying.sent(name)
    return page(
        "dev/show.html",
        status=422 if wrong else 200,
        mail=mail,
        pieces=pieces(mail.taken.text()),
        findings=trying.findings(mail),
        programs=list(PROGRAMS),
        failures=list(FAILURES),
        wrong=wrong,
        typed=request.form,
    )


@bp.get("/dev/mail/<name>/page")
def as_page(name: str) -> ResponseReturnValue:
    """Its HTML by itself, for the frame."""
    html = trying.sent(name).taken.text("html")
    return Response(html, headers={"Content-Security-Policy": FRAME_POLICY, "Cache-Control": "private, no-store"})


@bp.get("/dev/mail/<name>/source")
def source(name: str) -> ResponseReturnValue:
    """Its bytes, as they were handed over."""
    return Response(trying.sent(name).raw, mimetype="text/plain", headers={"Cache-Control": "private, no-store"})


@bp.post("/dev/mail/<name>/answer")
def answer(name: str) -> ResponseReturnValue:
    """Answer it as a mail program would."""
    typed = request.form
    try:
        came = trying.answer(trying.sent(name), program=typed.get("program", ""), words=typed.get("words", ""))
    except Invalid as wrong:
        return _page(name, wrong)
    return see_other(f"/dev/mail/came/{came.id}")


@bp.post("/dev/mail/<name>/return")
def come_back(name: str) -> ResponseReturnValue:
    """Let it come back, or be called spam."""
    came = trying.come_back(trying.sent(name), matter=request.form.get("matter", ""))
    return see_other(f"/dev/mail/came/{came.id}")


@bp.post("/dev/mail/<name>/stop")
def stop(name: str) -> ResponseReturnValue:
    """Write to the address that stops it."""
    return see_other(f"/dev/mail/came/{trying.write_stop(trying.sent(name)).id}")


@bp.get("/dev/mail/came/<int:id>")
def came(id: int) -> ResponseReturnValue:
    """What became of a mail that came in from here."""
    received, raw = trying.came_in(id)
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    return page(
        "dev/came.html",
        mail=received,
        became=became(received),
        source=text,
        where=trying.where(received),
        words=words,
    )


def pieces(text: str) -> list[tuple[str, bool]]:
    """Plain text cut at its web addresses: (piece, whether it is an address), for the template to escape and link."""
    return [(piece, number % 2 == 1) for number, piece in enumerate(LINK.split(text)) if piece]


def init_app(app: Flask, settings: Settings) -> None:
    """Offer the mailbox where it is safe to."""
    if is_offered(settings, app.extensions["forum.mail"].outgoing):
        app.register_blueprint(bp)
