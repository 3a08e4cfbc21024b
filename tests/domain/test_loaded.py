"""Rows that were read on the driver's own cursor are objects of the session like any others."""

from __future__ import annotations

import pytest
from sqlalchemy import and_, bindparam, inspect, select

from forum.accounts.models import Member
from forum.community.models import Membership
from forum.entries.models import Entry
from forum.kernel.db import db
from forum.kernel.loaded import Loaded, Whole
from forum.threads.models import Thread
from tests import make
from tests.statements import statements

_THREAD, _MEMBERSHIP = Whole(Thread), Whole(Membership)
_MEMBER = Whole(Member, without=["mf_recovery_codes"])
_WITH_MEMBERSHIP = Loaded(
    lambda: (
        select(*_THREAD.columns, *_MEMBERSHIP.columns, Thread.post_count + 1)
        .outerjoin(
            Membership, and_(Membership.group_id == Thread.group_id, Membership.member_id == bindparam("member"))
        )
        .where(Thread.id == bindparam("thread"))
    ),
    _THREAD,
    _MEMBERSHIP,
)
_NAMED = Loaded(lambda: select(*_MEMBER.columns).where(Member.handle == bindparam("handle")), _MEMBER)


def columns_of(row):
    return {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}


def test_every_column_is_what_the_session_would_have_loaded(app, cast):
    thread, member = cast.thread.id, cast.ana.id
    as_loaded = columns_of(db.session.get_one(Thread, thread)), columns_of(db.session.get_one(Member, member))
    db.session.commit()
    db.session.expunge_all()
    found = _WITH_MEMBERSHIP.first(thread=thread, member=member)
    assert (columns_of(found[0]), columns_of(_NAMED.first(handle="ana")[0])) == as_loaded
    assert found[2] == found[0].post_count + 1


def test_they_are_the_sessions_own(app, cast):
    thread, member = cast.thread.id, cast.ana.id
    db.session.commit()
    db.session.expunge_all()
    with statements() as run:
        row, membership, _ = _WITH_MEMBERSHIP.first(thread=thread, member=member)
        assert db.session.get(Thread, thread) is row and db.session.get(Entry, thread) is row
        assert db.session.get(Membership, (row.group_id, member)) is membership
        assert len(run) == 1
        assert row.group.id == row.group_id and len(run) == 2
    assert not db.session.dirty
    row.title = "Another title"
    db.session.commit()
    assert db.session.scalar(select(Thread.title).where(Thread.id == thread)) == "Another title"


def test_what_was_left_out_is_loaded_when_somebody_looks(app, cast):
    cast.ana.mf_recovery_codes = ["one", "two"]
    db.session.commit()
    db.session.expunge_all()
    row = _NAMED.first(handle="ana")[0]
    row.mf_recovery_codes.remove("one")
    db.session.commit()
    assert db.session.get_one(Member, row.id).mf_recovery_codes == ["two"]


def test_one_that_is_there_is_left_as_it_is(app, cast):
    cast.ana.name = "Not yet written"
    with db.session.no_autoflush:
        assert _NAMED.first(handle="ana")[0] is cast.ana
    assert cast.ana.name == "Not yet written"


def test_no_row_and_no_membership_are_nothing(app, cast):
    stranger = make.member("stranger")
    db.session.commit()
    assert _WITH_MEMBERSHIP.first(thread=cast.thread.id, member=stranger.id)[:2] == (cast.thread, None)
    assert _WITH_MEMBERSHIP.first(thread=0, member=stranger.id) is None


def test_a_model_with_others_below_it_is_refused():
    with pytest.raises(AssertionError, match="Entry"):
        Whole(Entry)


def test_what_a_commit_made_an_object_forget_is_known_again(app, cast):
    ana = db.session.get_one(Member, cast.ana.id)
    db.session.commit()
    with statements() as run:  # it commits as it begins
        [found] = _NAMED.first(handle="ana") or [None]
        assert found is ana and (ana.name, ana.email) == ("Ana", "ana@example.org")
        assert len(run) == 1, "what was read need not be read again"
