"""Mail about groups, in the language of whoever reads it; and the end of what somebody was in them."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete

from forum.accounts.events import MemberErased
from forum.accounts.models import Member
from forum.community.models import Group, Membership
from forum.groups.events import MemberBroughtIn, RequestAnswered
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.mail import Message, address_of, promise


@handles(RequestAnswered)
def tell_who_asked(event: RequestAnswered) -> None:
    """Say yes or no to somebody who asked to join a group, with the facilitator's own word."""
    group, member = db.session.get(Group, event.group_id), db.session.get(Member, event.member_id)
    if group is None or member is None or not member.is_admitted:
        return
    with force_locale(member.language):
        name = group.label(member.language)
        if event.admitted:
            subject = _("Welcome to the group “%(group)s”", group=name)
            lines = [_("You asked to join the group “%(group)s”, and now you are in it.", group=name)]
        else:
            subject = _("Your request to join the group “%(group)s”", group=name)
            lines = [_("You asked to join the group “%(group)s”. This time the answer is no.", group=name)]
        if event.word:
            lines.append(_("The facilitator writes: %(word)s", word=event.word))
        if event.admitted:
            lines.append(address_of(f"/groups/{group.slug}"))
        promise(Message(to=member.email, subject=subject, text="\n\n".join(lines) + "\n", language=member.language))


@handles(MemberBroughtIn)
def tell_the_newcomer(event: MemberBroughtIn) -> None:
    """Say to somebody that they are in a group now, and that they may leave it."""
    group, member = db.session.get(Group, event.group_id), db.session.get(Member, event.member_id)
    if group is None or member is None or not member.is_admitted:
        return
    with force_locale(member.language):
        name = group.label(member.language)
        text = _(
            "A facilitator has made you a member of the group “%(group)s”. You can leave it on its page at any time.",
            group=name,
        )
        subject = _("You are now in the group “%(group)s”", group=name)
        text = f"{text}\n\n{address_of(f'/groups/{group.slug}')}\n"
        promise(Message(to=member.email, subject=subject, text=text, language=member.language))


@handles(MemberErased)
def end_their_memberships(event: MemberErased) -> None:
    """Who has left the forum is in no group and waits for none, not even as a former member."""
    db.session.execute(delete(Membership).where(Membership.member_id == event.member_id))
