"""Mail that came in, for those who look after the site: what became of it, and what could not be read, as it came."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request
from flask.typing import ResponseReturnValue

from forum.accounts.session import member
from forum.inbound.models import Fate, ReceivedMail
from forum.inbound.recipients import is_for_operators
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.mailing import listing, operations, words
from forum.mailing.views.blueprint import bp
from forum.mailing.views.desk import for_operators
from forum.web.filters import from_address
from forum.web.hypermedia import page
from forum.web.paging import asked_page, no_such_page


@bp.get("/mailing/received")
@for_operators
def received() -> ResponseReturnValue:
    which = replace(from_address(listing.WhichReceived), address=request.args.get("address", "").strip()[:254])
    return page(
        "mailing/received.html",
        fragment="found",
        which=which,
        mails=no_such_page(listing.received(which, number=asked_page())),
        words=words,
        unreadable=Fate.UNREADABLE,
        is_for_operators=is_for_operators,
    )


@bp.post("/mailing/received/<int:received_id>/fetch")
@for_operators
def fetch(received_id: int) -> ResponseReturnValue:
    """A mail as it came, to be saved, never to be shown by a browser. It is a POST because it is written down."""
    found = db.session.get(ReceivedMail, received_id)
    if found is None:
        raise NotFound
    raw = operations.fetch(found, by=member())
    return Response(
        raw,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="mail-{found.id}.eml"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
