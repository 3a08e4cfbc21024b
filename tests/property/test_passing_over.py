"""Whom the batch passes over, looking one by one would tell nothing; and whom it leaves is judged by their own eyes."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.accounts.models import Office
from forum.community.models import GroupVisibility, MembershipRole, Profile, ProfileRegion, ProfileTheme
from forum.entries.models import EntryRegion, EntryTheme, Level, Visibility
from forum.entries.operations import follow
from forum.glossary.models import TermSuggestion
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.meetings.models import Meeting, MeetingKind
from forum.notifications.models import Digest, MailChoice, Weight
from forum.notifications.operations import weigh, weigh_region, weigh_theme
from forum.notifications.preparing import begin_telling, look
from forum.notifications.screening import pass_over
from forum.threads import operations as threads
from tests import make

HOURS = st.integers(0, 40 * 24)  # ago
PEOPLE = 5


def some(*parts, most=4):
    return st.lists(st.tuples(*parts), max_size=most)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(HOURS, min_size=PEOPLE, max_size=PEOPLE),
    belongs=some(st.integers(0, PEOPLE - 1), st.integers(0, 1), st.booleans(), st.booleans()),
    opened=some(st.integers(0, PEOPLE - 1), st.integers(0, 1), st.sampled_from(Visibility), HOURS, st.booleans(), st.integers(0, 3)),
    replied=some(st.integers(0, 3), st.integers(0, PEOPLE - 1), HOURS),
    followed=some(st.integers(0, 4), st.integers(0, PEOPLE - 1), st.sampled_from(Level)),
    cares=some(st.integers(0, PEOPLE - 1), st.sampled_from(["theme", "region"]), st.sampled_from([None, Weight.NEVER, Weight.FIRST])),
    weighs=some(st.integers(0, PEOPLE - 1), st.integers(0, 1), st.sampled_from(Weight)),
    meeting=st.one_of(st.none(), st.integers(0, 20)),
    asks=st.booleans(),
    suggested=st.one_of(st.none(), HOURS),
    today=st.sets(st.integers(0, PEOPLE - 1), max_size=2),
)  # fmt: skip
def test_nobody_is_passed_over_whom_looking_would_tell_something(
    app, told, belongs, opened, replied, followed, cares, weighs, meeting, asks, suggested, today
):
    now = clock.now()

    def ago(hours):
        return now - timedelta(hours=hours)

    try:
        people = [make.member() for _ in range(PEOPLE - 1)] + [make.member(office=Office.MODERATOR)]
        groups = [make.group(visibility=GroupVisibility.PUBLIC), make.group(visibility=GroupVisibility.PRIVATE)]
        theme, region = make.theme("water"), make.region("coast")
        db.session.add_all(Profile(member_id=who.id) for who in people)
        db.session.flush()
        begin_telling(now=now)
        joined = set()
        for who, where, tends, active in belongs:
            if (who, where) not in joined:
                joined.add((who, where))
                role = MembershipRole.FACILITATOR if tends else MembershipRole.MEMBER
                values = {"joined_at": now} if active else {"joined_at": None, "requested_at": now}
                make.membership(people[who], groups[where], role, **values)
        if asks:
            make.membership(make.member(), groups[0], joined_at=None, requested_at=now)
        if suggested is not None:
            save(TermSuggestion(words="A better word", author_id=people[0].id, created_at=ago(suggested)))
        entries = []
        for who, where, visibility, hours, hidden, tagged in opened:
            at = ago(hours)
            thread = make.thread(people[who], groups[where], visibility=visibility, hidden_at=now if hidden else None)
            thread.created_at = thread.active_at = at
            for post in thread.posts:
                post.created_at = at
            if tagged & 1:
                db.session.add(EntryTheme(entry_id=thread.id, theme_id=theme.id))
            if tagged & 2:
                db.session.add(EntryRegion(entry_id=thread.id, region_id=region.id))
            entries.append(thread)
        threads_made = list(entries)
        if meeting is not None:
            day = (now + timedelta(days=meeting)).date().isoformat()
            held = Meeting(
                reference="WC21-X", title="Near", meeting_kind=MeetingKind.NATIONAL, start_date=day,
                visibility=Visibility.PUBLIC, active_at=ago(2000),
            )  # fmt: skip
            db.session.add(held)
            db.session.flush()
            db.session.add(EntryTheme(entry_id=held.id, theme_id=theme.id))
            entries.append(held)
        for which, who, hours in replied:
            if threads_made:
                thread = threads_made[which % len(threads_made)]
                post = make.post(thread, by=people[who])
                post.created_at = ago(hours)
                thread.active_at = max(thread.active_at, post.created_at)
        for which, who, level in followed:
            if entries:
                follow(entries[which % len(entries)], by=people[who], level=level)
        for who, kind, weight in cares:
            if weight is None:
                row = ProfileTheme if kind == "theme" else ProfileRegion
                tag = {"theme_id": theme.id} if kind == "theme" else {"region_id": region.id}
                if db.session.get(row, {"member_id": people[who].id, **tag}) is None:
                    db.session.add(row(member_id=people[who].id, **tag))
                    db.session.flush()
            elif kind == "theme":
                weigh_theme(theme.id, weight, by=people[who])
            else:
                weigh_region(region.id, weight, by=people[who])
        for who, where, weight in weighs:
            weigh(groups[where], weight, by=people[who])
        choices = {}
        for who, hours in zip(people, told, strict=True):
            choices[who.id] = choice = db.session.get(MailChoice, who.id)
            choice.told_until, choice.next_at = ago(hours + 1), ago(0)
        for who in today:
            db.session.add(Digest(member_id=people[who].id, day=now.date(), since=ago(30), until=ago(1)))
        db.session.flush()
        windows = {who.id: choices[who.id].told_until for who in people}
        worth = {who.id for who in people if look(who, choices[who.id], until=now).is_worth_a_mail}
        left = pass_over([who.id for who in people], now=now)
        assert worth <= left
        assert {people[who].id for who in today} <= left and people[-1].id in left
        for who in people:
            db.session.refresh(choices[who.id])
            told_until = choices[who.id].told_until
            assert told_until == (windows[who.id] if who.id in left else now)
            assert (choices[who.id].next_at > now) == (who.id not in left)
    finally:
        db.session.rollback()


def test_who_belongs_nowhere_and_follows_nothing_is_passed_over(cast):
    lone = make.member("lone")
    begin_telling(now=clock.now())
    for choice in db.session.scalars(select(MailChoice)):
        choice.told_until, choice.next_at = clock.now() - timedelta(hours=1), clock.now()
    db.session.flush()
    threads.open_thread(cast.andes_group, title="Water", body="Hello", by=cast.ana)
    left = pass_over([lone.id, cast.bao.id], now=clock.now())
    assert left == {cast.bao.id}
