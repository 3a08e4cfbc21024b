"""The two spellings of the policy, rows in Python and sets in SQL, never disagree."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.access.rules import Can, may
from forum.access.scopes import groups_visible_to, readers_of, visible_to
from forum.accounts.likeness import Likeness
from forum.accounts.models import Member, Office
from forum.community.models import Group, GroupVisibility, MembershipRole
from forum.entries.models import Entry, Visibility
from forum.kernel import clock
from forum.kernel.db import db
from tests import make

ENTRIES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans(), st.sampled_from(Visibility)), max_size=6
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    groups=st.lists(st.sampled_from(GroupVisibility), min_size=1, max_size=3),
    belongs=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans())),
    entries=ENTRIES,
)
def test_what_sql_lets_through_is_what_the_rules_allow(app, groups, belongs, entries):
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
        everything = db.session.scalars(select(Entry)).all()
        for reader in [None, *people]:
            seen = set(db.session.scalars(select(Entry).where(visible_to(reader))))
            assert seen == {entry for entry in everything if may(reader, Can.READ, entry)}
            known = set(db.session.scalars(select(Group).where(groups_visible_to(reader))))
            assert known == {group for group in places if may(reader, Can.READ, group)}
            if reader is not None:  # what all of a kind share holds nothing that one of them may not see
                alike = Likeness(reader.office, reader.language, reader.time_zone)
                assert set(db.session.scalars(select(Entry).where(visible_to(alike)))) <= seen
                assert set(db.session.scalars(select(Group).where(groups_visible_to(alike)))) <= known
        for entry in everything:  # asked from the other side: who of these may read it
            those = set(db.session.scalars(select(Member).where(readers_of(entry))))
            assert those & set(people) == {who for who in people if may(who, Can.READ, entry)}
    finally:
        db.session.rollback()
