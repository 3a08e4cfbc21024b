"""What the address a mail was sent to means: which post or digest it answers, which group it starts a thread in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from forum.accounts.models import Member
from forum.community.models import Group
from forum.inbound import recipients
from forum.inbound.models import MailQuestion, ReceivedMail, Why
from forum.kernel import clock
from forum.kernel.db import db
from forum.notifications import addresses
from forum.notifications.models import Digest
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post

#: What is older is not answered by mail any more: nobody knows who reads a mailbox of years ago.
VALID_FOR = timedelta(days=400)
STOPPING = frozenset(each for each in Purpose if each.name.startswith("STOP_"))
#: What a mail can answer; other tokens are for links only.
ANSWERING = frozenset({Purpose.ANSWER_POST, Purpose.ANSWER_DIGEST, Purpose.ANSWER_MAIL, Purpose.SURE})
#: Answers to answers that are followed back to what the first was about.
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Place:
    """Where a mail was sent to.

    Args:
        why: why nothing can be done there: a forged or unknown address, or one whose thing is gone or old.
        member: whose address it is; nobody's where anybody may write to it.
        token: the address itself, where it is one of ours.
        thing: what it answers, or where it belongs.
        of: the mail of theirs that we said something to, where it answers that; `thing` is then what that mail was about,
            if there still is such a thing.
    """

    why: Why = Why.NONE
    member: Member | None = None
    token: Token | None = None
    thing: Post | Digest | Group | MailQuestion | None = None
    of: ReceivedMail | None = None

    @property
    def stops(self) -> bool:
        return self.token is not None and self.token.purpose in STOPPING


def place_of(address: str) -> Place:
    """What an address means. Nothing of this says yet who wrote."""
    token = addresses.read(address)
    if token is None:
        return _group_at(address)
    member = db.session.get(Member, token.member_id)
    if member is None:
        return Place(Why.EXPIRED_ADDRESS)
    if token.purpose in STOPPING:
        return Place(member=member, token=token)
    if token.purpose not in ANSWERING:
        return Place(Why.UNKNOWN_ADDRESS)
    if token.purpose is Purpose.ANSWER_MAIL:
        return _about_a_mail(member, token)
    thing = _thing_of(token)
    return Place(Why.NONE if thing else Why.EXPIRED_ADDRESS, member, token, thing)


def _about_a_mail(member: Member, token: Token) -> Place:
    """An answer to what we said to a mail. It was sent after that one, so the way back has an end."""
    of = first = _mail_of(token)
    for _each in range(LONGEST_CHAIN):
        if first is None:
            break
        earlier = addresses.read(first.envelope_to)
        if earlier is None or earlier.purpose is not Purpose.ANSWER_MAIL:
            about = place_of(first.envelope_to)
            known = about.member in (None, member) and not about.why and not isinstance(about.thing, MailQuestion)
            return Place(member=member, token=token, thing=about.thing if known else None, of=of)
        first = _mail_of(earlier)
    return Place(Why.NONE if of else Why.EXPIRED_ADDRESS, member, token, of=of)


def _mail_of(token: Token) -> ReceivedMail | None:
    sent = db.session.get(ReceivedMail, token.object_id)
    mine = sent is not None and sent.member_id == token.member_id and sent.received_at > clock.now() - VALID_FOR
    return sent if mine else None


def _group_at(address: str) -> Place:
    left, _at, domain = recipients.plain(address).rpartition("@")
    left = left.partition("+")[0]
    if domain != addresses.answering_domain().casefold():
        return Place(Why.UNKNOWN_ADDRESS)
    group = db.session.scalar(select(Group).where(Group.slug == left))
    if group is not None:
        return Place(thing=group)
    return Place(Why.FORGED_ADDRESS if recipients.TOKEN.fullmatch(left) else Why.UNKNOWN_ADDRESS)


def _thing_of(token: Token) -> Post | Digest | MailQuestion | None:
    """What it answers, if it is still there and not too old."""
    oldest = clock.now() - VALID_FOR
    if token.purpose is Purpose.ANSWER_POST:
        post = db.session.get(Post, token.object_id)
        return post if post is not None and post.created_at > oldest else None
    if token.purpose is Purpose.ANSWER_DIGEST:
        digest = db.session.get(Digest, token.object_id)
        mine = digest is not None and digest.member_id == token.member_id and digest.created_at > oldest
        return digest if mine else None
    question = db.session.get(MailQuestion, token.object_id)
    return question if question is not None and question.member_id == token.member_id else None
