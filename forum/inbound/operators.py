"""Mail to postmaster@ and abuse@: kept, never answered, and those who look after the site hear of it. RFC 5321 4.5.1, RFC 2142.

Anybody can write there, and much of what comes is spam: so it is one notice for all that nobody has looked at, with a number.
"""

from __future__ import annotations

from forum.accounts.queries import secretariat
from forum.inbound.models import ReceivedMail
from forum.notices.models import NoticeKind, Reason
from forum.notices.telling import tell_again

#: Where it stands; the secretariat fetches it from there.
PATH = "/moderation/mail#operators"


def tell_operators(received: ReceivedMail) -> None:
    those = [each.id for each in secretariat()]
    tell_again(those, NoticeKind.OPERATORS, Reason.SITE, key=f"operators-{received.id}", path=PATH)
