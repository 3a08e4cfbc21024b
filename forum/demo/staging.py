"""Puts the invented community on the stage, through the same operations members use, and spreads it over time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select, update

from forum.accounts.demonstration import ask_again
from forum.accounts.models import Member
from forum.accounts.zones import NOT_SAID, zone_of_country
from forum.community.events import ProfileChanged
from forum.community.models import Country, Group, Membership, MembershipRole, Profession, Profile, Region, Shown, Theme
from forum.demo.conversations import CONVERSATIONS
from forum.demo.people import CIRCLES, FACILITATORS, FOUNDER, PEOPLE, SIGN_IN
from forum.demo.shapes import Circle, Conversation, Person
from forum.entries.models import Entry
from forum.groups import operations as groups
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.events import record
from forum.notifications.models import MailChoice
from forum.notifications.preparing import begin_telling, next_for
from forum.notifications.schedule import zone_of
from forum.threads import operations as threads
from forum.threads.models import Post, Thread

#: How long ago the first of them came, and how long posts of one conversation lie apart.
SINCE = timedelta(days=260)
TOLD_AGO = timedelta(days=18)  # so that everybody who signs in has something new
HOURS_APART = (7, 19, 3, 31, 11, 26)


def is_staged() -> bool:
    """Whether the invented community is here already."""
    return bool(db.session.scalar(select(exists().where(Member.is_demo.is_(True), Member.handle == FOUNDER))))


def has_real_members() -> bool:
    return bool(db.session.scalar(select(exists().where(Member.is_demo.is_(False)))))


def has_the_record() -> bool:
    return bool(db.session.scalar(select(exists().where(Region.id.is_not(None)))))


def stage(password_hash: str) -> tuple[int, int]:
    """Invent everything in the caller's transaction; returns how many members and conversations there are.

    Args:
        password_hash: of the password that the accounts in SIGN_IN share; the others cannot sign in at all.
    """
    cast = {person.handle: _arrives(person, password_hash) for person in PEOPLE}
    places = {group.slug: group for group in db.session.scalars(select(Group))}
    for person in PEOPLE:
        _joins_the_groups_of(person, cast, places)
    for circle in CIRCLES:
        places[circle.slug_from] = _meets(circle, cast)
    opened = [(talk, _is_held(talk, cast, places)) for talk in CONVERSATIONS]
    for number, (talk, thread) in enumerate(opened):
        _took_place(talk, thread)
        _was_read(number, talk, thread, cast)
    db.session.flush()
    _were_told_some_days_ago()
    ask_again()
    return len(PEOPLE), len(opened)


def _arrives(person: Person, password_hash: str) -> Member:
    since = clock.now() - SINCE + timedelta(days=sum(map(ord, person.handle)) % 90)
    member = save(
        Member(
            handle=person.handle,
            name=person.name,
            email=f"{person.handle}@example.org",
            office=person.office,
            language=person.languages[0],
            time_zone=person.time_zone or zone_of_country(person.country, since) or NOT_SAID,
            is_demo=True,
            password=password_hash if person.handle in SIGN_IN else None,
            joined_at=since,
            adult_stated_at=since,
            charter_accepted_at=since,
            confirmed_at=since,
            approved_at=since,
        )
    )
    profile = Profile(
        member_id=member.id,
        profession_id=_id_of(Profession, person.profession),
        organisation=person.organisation,
        country_code=db.session.scalar(select(Country.code).where(Country.code == person.country)),
        languages=list(person.languages),
        about=person.about,
        shown_in_directory=Shown.MEMBERS,
    )
    profile.regions = list(db.session.scalars(select(Region).where(Region.slug.in_(person.regions))))
    profile.themes = list(db.session.scalars(select(Theme).where(Theme.slug.in_(person.themes))))
    save(profile)
    record(ProfileChanged(member_id=member.id))
    return member


def _id_of(kind: type[Profession] | type[Region] | type[Theme], slug: str | None) -> int | None:
    return db.session.scalar(select(kind.id).where(kind.slug == slug)) if slug else None


def _joins_the_groups_of(person: Person, cast: dict[str, Member], places: dict[str, Group]) -> None:
    for slug in (*person.regions, *person.themes):
        membership = groups.join(places[slug], by=cast[person.handle])
        if person.handle in FACILITATORS.get(slug, ()):
            membership.role = MembershipRole.FACILITATOR


def _meets(circle: Circle, cast: dict[str, Member]) -> Group:
    founder = next(member for handle, member in cast.items() if member.is_moderator)
    group = groups.found(
        circle.slug_from,
        by=founder,
        description=circle.description,
        region_id=_id_of(Region, circle.region),
        theme_id=_id_of(Theme, circle.theme),
        visibility=circle.visibility,
        joining=circle.joining,
    )
    for handle in (*circle.facilitators, *circle.members):
        membership = groups.bring_in(cast[handle], group, by=founder)
        if handle in circle.facilitators:
            groups.name_facilitator(membership, by=founder)
    if founder.handle not in (*circle.facilitators, *circle.members):
        groups.leave(group, by=founder)
    for handle, note in circle.asking:
        groups.join(group, by=cast[handle], note=note)
    return group


def _is_held(talk: Conversation, cast: dict[str, Member], places: dict[str, Group]) -> Thread:
    group = places[talk.group]
    for handle, _body in talk.posts:
        member = cast[handle]
        if db.session.get(Membership, (group.id, member.id)) is None and not member.is_moderator:
            groups.join(group, by=member)
    about = db.session.scalars(select(Entry.id).where(Entry.reference.in_(talk.about))).all()
    (author, opening), *replies = talk.posts
    thread = threads.open_thread(
        group,
        title=talk.title,
        body=opening,
        by=cast[author],
        language=talk.language,
        about=about,
        regions=_ids(Region, talk.regions, group.region_id),
        themes=_ids(Theme, talk.themes, group.theme_id),
    )
    for number, (handle, body) in enumerate(replies, 2):
        quoted = dict(talk.mailed).get(number, "")
        threads.reply(thread, body=body, by=cast[handle], language=talk.language, quoted=quoted)
    host = next(member for member in cast.values() if member.is_moderator)
    if talk.pinned:
        threads.pin(thread, by=host)
    if talk.closed:
        threads.close(thread, by=host)
    return thread


def _ids(kind: type[Region] | type[Theme], slugs: tuple[str, ...], of_group: int | None) -> list[int]:
    ids = set(db.session.scalars(select(kind.id).where(kind.slug.in_(slugs))))
    return sorted(ids | {of_group} if of_group else ids)


def _took_place(talk: Conversation, thread: Thread) -> None:
    """Move a conversation to the days it was held on: the posts lie some hours apart, the last `days_ago`."""
    posts = list(db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number.desc())))
    moment = clock.now() - timedelta(days=talk.days_ago, hours=talk.days_ago % 9 + 1)
    thread.active_at = moment
    for post in posts:
        post.created_at = post.active_at = moment
        first = moment
        moment -= timedelta(hours=HOURS_APART[post.number % len(HOURS_APART)], minutes=post.number * 7)
    thread.created_at = first
    for row in (thread, *posts):
        db.session.execute(update(Entry).where(Entry.id == row.id).values(active_at=row.active_at))


def _were_told_some_days_ago() -> None:
    """Everybody's next digest has something to tell, at their hour or when somebody hurries it."""
    now = clock.now()
    begin_telling(now=now)
    for choice in db.session.scalars(select(MailChoice)):
        choice.told_until = now - TOLD_AGO
        choice.next_at = next_for(choice, zone_of(choice.member.time_zone), after=now)


def _was_read(number: int, talk: Conversation, thread: Thread, cast: dict[str, Member]) -> None:
    """Who signs in has read some of it, some not to the end, and some not at all."""
    for place, handle in enumerate(SIGN_IN):
        member, part = cast[handle], (number + place) % 4
        membership = db.session.get(Membership, (thread.group_id, member.id))
        if part == 3 or (membership is None and thread.group and thread.group.visibility == "private"):
            continue
        threads.mark_read(thread, thread.post_count - (1 if part == 2 else 0), by=member)
