"""Can.READ a third time, as words an engine compares, says what SQL says."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.access.scopes import visible_to
from forum.accounts.models import Office
from forum.community.models import GroupVisibility, MembershipRole
from forum.entries.models import Entry, Kind, Visibility
from forum.kernel import clock
from forum.kernel.db import db
from forum.search.audience import audience_of, keys_of
from tests import make


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    groups=st.lists(st.sampled_from(GroupVisibility), min_size=1, max_size=3),
    belongs=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans())),
    entries=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans(), st.sampled_from(Visibility)), max_size=6
    ),
)
def test_an_engine_lets_through_what_sql_lets_through(app, groups, belongs, entries):
    try:
        people = [make.member() for _ in range(2)]
        people += [make.member(office=Office.MODERATOR), make.member(office=Office.SECRETARIAT)]
        places = [make.group(visibility=v) for v in groups]
        joined = set()
        for who, where, active in belongs:
            pair = (who, where % len(places))
            if pair not in joined:
                joined.add(pair)
                joined_at = clock.now() if active else None
                make.membership(people[who], places[pair[1]], MembershipRole.MEMBER, joined_at=joined_at)
        for where, who, hidden, visibility in entries:
            place, hidden_at = places[where % len(places)], clock.now() if hidden else None
            make.thread(people[who], place, visibility=visibility, hidden_at=hidden_at)
        everything = db.session.scalars(select(Entry).where(Entry.kind == Kind.THREAD)).all()
        for reader in [None, *people]:
            keys = keys_of(reader)
            seen = set(db.session.scalars(select(Entry).where(Entry.kind == Kind.THREAD, visible_to(reader))))
            for entry in everything:
                audience = audience_of(
                    entry.visibility, hidden=entry.is_hidden, group_id=entry.group_id, author_id=entry.author_id
                )
                assert (not keys.isdisjoint(audience)) == (entry in seen)
    finally:
        db.session.rollback()
