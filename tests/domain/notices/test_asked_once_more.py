"""Mails about what somebody did with one's words, or about who asks to join: looked at again just before they go."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.community.models import MembershipRole
from forum.groups import operations as groups
from forum.groups.events import AskedToJoin
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import record
from forum.kernel.mail import Delivery, Maildir, Office, Reason, Sender, State
from forum.kernel.mail.sending import send_due
from forum.threads import operations as threads
from tests import make
from tests.working import elsewhere, work


def became(tmp_path):
    """What became of the mails that were promised, by who gets them."""
    elsewhere(send_due, Office(Sender("F", "f@example.org"), Maildir(tmp_path)))
    mails = db.session.scalars(select(Delivery).where(Delivery.kind == "notice"))
    return {mail.recipient.partition("@")[0]: (mail.state, mail.reason) for mail in mails}


@pytest.fixture
def deleted(cast):
    """A moderator deleted what Bao wrote in Ana's thread; the mail about it has not gone yet."""
    post = threads.reply(cast.thread, body="Hello", by=cast.bao)
    threads.delete_post(post, by=cast.chidi, reason="It named a child.")
    work()
    return cast.thread


def test_the_author_of_what_was_deleted_is_told_where_it_was(cast, deleted, tmp_path):
    assert became(tmp_path) == {"bao": (State.SENT, Reason.NONE)}


def test_a_title_that_was_hidden_is_not_mailed_after_all(cast, deleted, tmp_path):
    deleted.hidden_at = clock.now()
    assert became(tmp_path) == {"bao": (State.CANCELLED, Reason.NOT_VISIBLE)}


def test_nor_one_that_only_another_group_may_read_now(cast, deleted, tmp_path):
    make.membership(cast.chidi, cast.closed_group)
    threads.move(deleted, to=cast.closed_group, by=cast.chidi)
    assert became(tmp_path) == {"bao": (State.CANCELLED, Reason.NOT_VISIBLE)}


def test_the_author_of_a_thread_hears_what_was_done_with_it_wherever_it_is_now(cast, tmp_path):
    thread = make.thread(cast.dora, cast.andes_group)
    make.membership(cast.chidi, cast.closed_group)
    threads.move(thread, to=cast.closed_group, by=cast.chidi)
    work()
    assert became(tmp_path) == {"dora": (State.SENT, Reason.NONE)}


def test_who_asks_to_join_is_told_only_to_those_who_still_decide_it(cast, tmp_path):
    make.membership(cast.dora, cast.closed_group, MembershipRole.FACILITATOR)
    make.membership(cast.bao, cast.closed_group, joined_at=None, request_note="I work there")
    record(AskedToJoin(group_id=cast.closed_group.id, member_id=cast.bao.id, note="I work there"))
    work()
    groups.leave(cast.closed_group, by=cast.dora)
    assert became(tmp_path) == {"ana": (State.SENT, Reason.NONE), "dora": (State.CANCELLED, Reason.NOT_VISIBLE)}


def test_nor_is_what_somebody_said_who_asks_no_more(cast, tmp_path):
    asked = make.membership(cast.bao, cast.closed_group, joined_at=None, request_note="I work there")
    record(AskedToJoin(group_id=cast.closed_group.id, member_id=cast.bao.id, note="I work there"))
    work()
    db.session.delete(asked)
    assert became(tmp_path) == {"ana": (State.CANCELLED, Reason.NOT_VISIBLE)}
