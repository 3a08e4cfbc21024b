"""What happens to mail when its member leaves."""

from __future__ import annotations

from forum.accounts.events import MemberErased
from forum.kernel.events import handles
from forum.kernel.mail import Delivery
from forum.kernel.mail.deliveries import anonymise


@handles(MemberErased)
def forget_where_they_got_mail(event: MemberErased) -> None:
    """Addresses they had before too; the one they had last is forgotten with the deed (`accounts.operations.erase`)."""
    anonymise(Delivery.member_id == event.member_id, instead=f"erased-{event.member_id}@erased.invalid")
