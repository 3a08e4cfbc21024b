"""A mail handed over by HTTP, for who has neither a mail server nor a mailbox but a provider that calls: POST /inbound/mail.

The body is the mail as it came (RFC 5322), the envelope is in two headers, and a signature binds them and the time together:

    X-Forum-Timestamp: 1767225600
    X-Forum-From: ana@example.org          ("<>" for a mail without a sender, such as a bounce)
    X-Forum-To: token@reply.example.org    (several with commas)
    X-Forum-Signature: hex of HMAC-SHA256 over timestamp, from and to, each with a line feed, and the body
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.inbound.arriving import NoSuchAddress, NotNow, TooLarge, take_in
from forum.inbound.models import ReceivedMail, Transport
from forum.kernel import clock
from forum.kernel.errors import NotFound
from forum.kernel.settings import Settings
from forum.web.uploads import takes_bytes

bp = Blueprint("inbound_hook", __name__)

WINDOW = 300  # seconds either way between their clock and ours
MOST_RECIPIENTS = 20
FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})  # Werkzeug takes them apart


@bp.post("/inbound/mail")
@takes_bytes(ReceivedMail.LARGEST)
def hand_over() -> ResponseReturnValue:
    """Keep a mail for each recipient that is ours; 200 is said only when it is kept for good."""
    settings: Settings = current_app.extensions["forum.settings"]
    if not settings.inbound_key:
        raise NotFound
    if request.mimetype in FORMS:
        return {"error": _("Send the mail itself as the body, with the header Content-Type: message/rfc822.")}, 415
    raw = request.get_data(cache=False)
    if wrong := _objection(settings.inbound_key, raw):
        return {"error": wrong}, 401
    sender = request.headers.get("X-Forum-From", "")
    addresses = [each.strip() for each in request.headers.get("X-Forum-To", "").split(",") if each.strip()]
    if not raw or not sender or not 0 < len(addresses) <= MOST_RECIPIENTS:
        return {"error": _("Send the mail as the body, its sender in X-Forum-From, its recipients in X-Forum-To.")}, 422
    kept, unknown = [], []
    for address in addresses:
        try:
            kept.append(take_in(raw, transport=Transport.WEBHOOK, envelope_from=sender, envelope_to=address))
        except NoSuchAddress:
            unknown.append(address)
        except TooLarge as reason:
            return {"error": str(reason)}, 413
        except NotNow as reason:
            return {"error": str(reason)}, 429
    if not kept:
        return {"error": _("There is no such address here."), "unknown": unknown}, 422
    return {"kept": len(kept), "unknown": unknown}, 200


def signature(key: str, timestamp: str, sender: str, to: str, raw: bytes) -> str:
    """What X-Forum-Signature must say."""
    said = f"{timestamp}\n{sender}\n{to}\n".encode()
    return hmac.new(key.encode(), said + raw, hashlib.sha256).hexdigest()


def _objection(key: str, raw: bytes) -> str:
    """Why this request is not to be believed; empty where it is."""
    said = {name: request.headers.get(f"X-Forum-{name}", "") for name in ("Timestamp", "From", "To", "Signature")}
    right = signature(key, said["Timestamp"], said["From"], said["To"], raw)
    if not hmac.compare_digest(said["Signature"].strip().casefold().encode(), right.encode()):
        return _("The signature does not fit: sign timestamp, sender, recipients and body with the key.")
    stamp = said["Timestamp"]
    age = (
        clock.now().timestamp() - int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 12 else WINDOW + 1
    )
    if abs(age) > WINDOW:
        return _("The timestamp is more than five minutes from now: sign again, and look at the clock of your machine.")
    return ""
