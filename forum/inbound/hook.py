"""A mail handed over by HTTP, for who has neither a mail server nor a mailbox but a provider that calls: POST /inbound/mail.

The body is the mail as it came (RFC 5322), the envelope is in two headers, and a signature binds them and the time together:

    X-Forum-Timestamp: 1767225600
    X-Forum-From: ana@example.org          ("<>" for a mail without a sender, such as a bounce)
    X-Forum-To: token@reply.example.org    (several with commas)
    X-Forum-Signature: hex of HMAC-SHA256 over timestamp, from and to, each with a line feed, and the body

Who can only send forms sends one (multipart/form-data) with the mail in the field or file `email`, `message` or `body-mime`; what is
signed is the body of the request all the same, with everything that is in it.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from forum.inbound.arriving import Full, NoSuchAddress, NotNow, TooLarge, take_in
from forum.inbound.models import ReceivedMail, Transport
from forum.kernel import clock
from forum.kernel.errors import NotFound
from forum.kernel.settings import Settings
from forum.web.uploads import takes_bytes

bp = Blueprint("inbound_hook", __name__)

WINDOW = 300  # seconds either way between their clock and ours
MOST_RECIPIENTS = 20
FORM = "multipart/form-data"
MAILS = frozenset({"", "message/rfc822", "message/global", "application/octet-stream", "text/plain"})
#: What services call the mail in their forms.
FIELDS = frozenset({"email", "message", "body-mime"})
MOST_PARTS = 50
AROUND = 2**16  # bytes that a form adds to the mail in it


@bp.post("/inbound/mail")
@takes_bytes(ReceivedMail.LARGEST + AROUND)
def hand_over() -> ResponseReturnValue:
    """Keep a mail for each recipient that is ours; 200 is said only when it is kept for good."""
    settings: Settings = current_app.extensions["forum.settings"]
    if not settings.inbound_key:
        raise NotFound
    if request.mimetype != FORM and request.mimetype not in MAILS:
        return {"error": _("Send the mail itself as the body, with the header Content-Type: message/rfc822.")}, 415
    body = request.get_data(cache=False)
    if wrong := _objection(settings.inbound_key, body):
        return {"error": wrong}, 401
    raw = mail_in_form(body, request.mimetype_params.get("boundary", "")) if request.mimetype == FORM else body
    if raw is None:
        return {"error": _("Put the mail in one field or file of the form: email, message or body-mime.")}, 422
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
        except Full as reason:
            return {"error": str(reason)}, 503, {"Retry-After": "300"}
        except NotNow as reason:
            return {"error": str(reason)}, 429
    if not kept:
        return {"error": _("There is no such address here."), "unknown": unknown}, 422
    return {"kept": len(kept), "unknown": unknown}, 200


def mail_in_form(body: bytes, boundary: str) -> bytes | None:
    """The one mail in a form, byte for byte; None where there is none, or more than one, or it is no form.

    Read as it comes, since what takes forms apart for pages makes text of fields, and not every mail is text.
    """
    if not boundary:
        return None
    form, found, within = MultipartDecoder(boundary.encode(), max_parts=MOST_PARTS), [], False
    try:
        form.receive_data(body)
        form.receive_data(None)
        while not isinstance(event := form.next_event(), Epilogue):
            if isinstance(event, Field | File):
                within = event.name in FIELDS
                found += [bytearray()] if within else []
            elif isinstance(event, Data) and within:
                found[-1] += event.data
    except (ValueError, RequestEntityTooLarge):  # UnicodeError is one of the first
        return None
    return bytes(found[0]) if len(found) == 1 else None


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
