"""What happens to mail when its member leaves."""

from __future__ import annotations

from forum.accounts.events import MemberErased
from forum.kernel.events import handles
from forum.kernel.mail import Delivery, Reason, cancel
from forum.kernel.mail.deliveries import anonymise


@handles(MemberErased)
def forget_where_they_got_mail(event: MemberErased) -> None:
    """They get no more mail, and nothing says any more where they got it. What waits would keep its words until it has gone.

    The address they had last is forgotten with the deed (`accounts.operations.erase`); here go those they had before.
    """
    cancel(Delivery.member_id == event.member_id, reason=Reason.NOT_A_MEMBER)
    anonymise(Delivery.member_id == event.member_id, instead=f"erased-{event.member_id}@erased.invalid")
