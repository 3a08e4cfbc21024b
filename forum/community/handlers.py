"""The directory follows who comes in."""

from forum.accounts.events import MemberApproved
from forum.community.events import ProfileChanged
from forum.kernel.events import handles, record


@handles(MemberApproved)
def show_the_newcomer(event: MemberApproved) -> None:
    record(ProfileChanged(member_id=event.member_id))
