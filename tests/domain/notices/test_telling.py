"""Whom what concerns: told once, as they may see it, with the reason, and gathered while it is not read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from forum.accounts import operations as accounts
from forum.community.models import Membership, MembershipRole
from forum.entries.models import Because, Level
from forum.entries.operations import follow
from forum.groups import operations as groups
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import OutboxRow
from forum.notices import operations
from forum.notices.handlers.keeping import KEEP_READ, settle_and_forget
from forum.notices.models import Notice, NoticeKind, Reason
from forum.notices.queries import count_unread, notices_of
from forum.notices.telling import tell_of_post
from forum.notifications.models import Weight
from forum.notifications.operations import weigh
from forum.threads import operations as threads
from tests import make
from tests.statements import statements
from tests.working import elsewhere, work


def told(member):
    return [(each.notice.kind, each.notice.reason, each.count) for each in notices_of(member)]


def again():
    """The worker was killed after it had done everything: everything is promised once more."""
    db.session.execute(update(OutboxRow).values(done_at=None, leased_until=None, attempts=0))
    work()


def test_replies_gather_in_one_notice_until_they_are_read(cast):
    follow(cast.thread, by=cast.bao, level=Level.DIGEST)
    for n in range(3):
        threads.reply(cast.thread, body=f"Reply {n}", by=cast.ana)
    work()
    assert told(cast.bao) == [(NoticeKind.REPLIES, Reason.CHOSE, 3)] and count_unread(cast.bao) == 1
    [each] = notices_of(cast.bao)
    assert each.path == f"/threads/{cast.thread.id}/posts/2"
    operations.mark_read(each.notice.id, by=cast.bao)
    threads.reply(cast.thread, body="One more", by=cast.ana)
    work()
    assert [each.count for each in notices_of(cast.bao)] == [1, 3] and count_unread(cast.bao) == 1
    assert told(cast.ana) == []  # who wrote it knows


def test_whatever_the_worker_does_twice_is_told_once(cast):
    follow(cast.thread, by=cast.bao)
    weigh(cast.andes_group, Weight.EACH, by=cast.bao)
    threads.reply(cast.thread, body="For @bao", by=cast.ana)
    threads.reply(cast.thread, body="And more", by=cast.ana)
    threads.open_thread(cast.andes_group, title="Another", body="x", by=cast.ana)
    threads.close(cast.thread, by=cast.chidi)
    work()
    before = sorted(told(cast.bao)) + told(cast.ana)
    assert len(before) == 4
    again()
    assert sorted(told(cast.bao)) + told(cast.ana) == before
    for each in notices_of(cast.bao):
        operations.mark_read(each.notice.id, by=cast.bao)
    again()
    assert count_unread(cast.bao) == 0 and len(told(cast.bao)) == 3


def test_reading_the_thread_is_reading_the_notice(cast):
    follow(cast.thread, by=cast.bao)
    for n in range(3):
        threads.reply(cast.thread, body=f"Reply {n}", by=cast.ana)
    work()
    threads.mark_read(cast.thread, 2, by=cast.bao)
    [each] = notices_of(cast.bao)
    assert (each.is_unread, each.count, each.first) == (True, 2, 3)
    threads.mark_read(cast.thread, 4, by=cast.bao)
    [each] = notices_of(cast.bao)
    assert (each.is_unread, each.count) == (False, 3) and count_unread(cast.bao) == 0
    assert not notices_of(cast.bao, unread=True)
    threads.reply(cast.thread, body="After", by=cast.ana)
    work()
    [each] = notices_of(cast.bao)
    assert each.is_unread and each.first == 5 and each.count == 1


def test_who_is_named_hears_that_once_and_not_as_a_reply_too(cast):
    follow(cast.thread, by=cast.bao)
    post = threads.reply(cast.thread, body="What does @bao say?", by=cast.ana)
    work()
    assert told(cast.bao) == [(NoticeKind.MENTION, Reason.NAMED, 1)]
    threads.edit_post(post, body="What does @bao, and @dora, say?", by=cast.ana)
    work()
    assert told(cast.bao) == [(NoticeKind.MENTION, Reason.NAMED, 1)] and len(told(cast.dora)) == 1


def test_what_is_muted_is_silent_even_when_they_are_named(cast):
    follow(cast.thread, by=cast.bao, level=Level.MUTED)
    weigh(cast.andes_group, Weight.EACH, by=cast.bao)
    threads.reply(cast.thread, body="@bao?", by=cast.ana)
    threads.reply(cast.thread, body="Anybody?", by=cast.ana)
    work()
    assert told(cast.bao) == []


def test_each_post_of_a_group_is_told_to_who_wants_that_and_is_in_it(cast):
    for who in (cast.bao, cast.dora):
        weigh(cast.andes_group, Weight.EACH, by=who)
    threads.reply(cast.thread, body="Hello", by=cast.ana)
    thread = threads.open_thread(cast.andes_group, title="New", body="x", by=cast.ana)
    work()
    assert sorted(told(cast.bao)) == [(NoticeKind.REPLIES, Reason.EACH, 1), (NoticeKind.THREAD, Reason.EACH, 1)]
    assert told(cast.dora) == []
    threads.mark_read(thread, 1, by=cast.bao)
    assert count_unread(cast.bao) == 1


def test_a_thread_about_something_is_told_to_who_follows_that(cast):
    resource = make.resource("A report")
    follow(resource, by=cast.dora)
    threads.open_thread(cast.andes_group, title="On the report", body="x", by=cast.ana, about=[resource.id])
    work()
    assert told(cast.dora) == [(NoticeKind.THREAD, Reason.ABOUT, 1)]


@pytest.mark.parametrize("name", ["bao", "dora", "youssef"])
def test_nobody_is_told_or_shown_what_they_may_not_see(cast, name):
    who = getattr(cast, name)
    follow(cast.closed_thread, by=who)  # they were in the group once
    threads.reply(cast.closed_thread, body="MARKER-REPLY", by=cast.ana)
    work()
    assert db.session.scalars(select(Notice).where(Notice.member_id == who.id)).all() == []
    membership = make.membership(who, cast.closed_group)
    threads.reply(cast.closed_thread, body="MARKER-REPLY", by=cast.ana)
    work()
    assert len(told(who)) == 1 and count_unread(who) == 1
    db.session.delete(membership)
    db.session.flush()
    assert told(who) == [] and count_unread(who) == 0


def test_moderators_and_secretariat_are_shown_what_they_may_see(cast):
    for who in (cast.chidi, cast.sofia):
        follow(cast.closed_thread, by=who)
    threads.reply(cast.closed_thread, body="x", by=cast.ana)
    work()
    for who in (cast.chidi, cast.sofia):
        assert len(told(who)) == count_unread(who) == 1


def test_what_is_hidden_or_deleted_since_is_not_counted_nor_shown(cast):
    follow(cast.thread, by=cast.bao)
    one = threads.reply(cast.thread, body="One", by=cast.ana)
    two = threads.reply(cast.thread, body="Two", by=cast.ana)
    work()
    one.hidden_at = clock.now()
    assert [each.count for each in notices_of(cast.bao)] == [1]
    threads.delete_post(two, by=cast.ana, reason="It named a child.")
    assert [each.count for each in notices_of(cast.bao)] == [0]
    cast.thread.hidden_at = clock.now()
    db.session.flush()
    assert told(cast.bao) == [] and count_unread(cast.bao) == 0


def test_who_is_suspended_or_has_left_is_told_nothing(cast):
    follow(cast.thread, by=cast.bao)
    follow(cast.thread, by=cast.dora)
    cast.bao.suspended_until = clock.now() + timedelta(days=1)
    cast.dora.erased_at, cast.dora.active = clock.now(), False
    threads.reply(cast.thread, body="x", by=cast.ana)
    work()
    assert db.session.scalars(select(Notice)).all() == []


def test_what_is_done_with_one_s_own_is_told_without_saying_by_whom(cast):
    thread = make.thread(cast.bao, cast.andes_group)
    threads.close(thread, by=cast.ana)
    threads.reopen(thread, by=cast.ana)
    threads.move(thread, to=cast.sahel_group, by=cast.chidi)
    threads.delete_post(thread.posts[0], by=cast.chidi, reason="It named a child.")
    threads.restore_post(thread.posts[0], by=cast.chidi)
    own = make.thread(cast.bao, cast.andes_group)
    threads.close(own, by=cast.bao)
    work()
    kinds = {NoticeKind.CLOSED, NoticeKind.REOPENED, NoticeKind.MOVED, NoticeKind.DELETED, NoticeKind.RESTORED}
    assert {each.notice.kind for each in notices_of(cast.bao)} == kinds and len(told(cast.bao)) == 5
    assert all(each.notice.actor_id is None and each.notice.reason is Reason.THEIRS for each in notices_of(cast.bao))


def test_asking_to_join_is_told_to_the_facilitators_and_the_answer_to_who_asked(cast):
    group = make.group("by-request", joining="request")
    make.membership(cast.ana, group, MembershipRole.FACILITATOR)
    groups.join(group, by=cast.dora, note="I work there")
    work()
    [each] = notices_of(cast.ana)
    assert (each.notice.kind, each.notice.said) == (NoticeKind.ASKED, "I work there")
    assert each.path == "/groups/by-request/requests"
    groups.admit(db.session.get(Membership, (group.id, cast.dora.id)), by=cast.ana, word="Welcome!")
    groups.bring_in(cast.bao, group, by=cast.ana)
    work()
    assert told(cast.dora) == [(NoticeKind.ADMITTED, Reason.ASKED, 1)]
    assert told(cast.bao) == [(NoticeKind.BROUGHT_IN, Reason.MEMBER, 1)]


def test_a_group_without_facilitators_is_looked_after_by_the_moderators(cast):
    group = make.group("orphaned", joining="request")
    groups.join(group, by=cast.dora)
    work()
    assert told(cast.chidi) == [(NoticeKind.ASKED, Reason.MODERATING, 1)]


def test_newcomers_are_told_to_moderators_and_welcomed(cast):
    newcomer = make.member("noor", approved_at=None)
    accounts.confirm(newcomer)
    work()
    assert told(cast.chidi) == [(NoticeKind.NEWCOMER, Reason.MODERATING, 1)]
    accounts.approve(newcomer, by=cast.chidi)
    work()
    assert told(newcomer) == [(NoticeKind.WELCOME, Reason.MEMBER, 1)]


def test_what_was_read_long_ago_is_forgotten_and_what_was_passed_is_written_down(cast):
    follow(cast.thread, by=cast.bao)
    threads.reply(cast.thread, body="x", by=cast.ana)
    work()
    threads.mark_read(cast.thread, 2, by=cast.bao)
    elsewhere(_and_commit, settle_and_forget)
    notice = db.session.scalars(select(Notice)).one()
    assert notice.read_at is not None
    notice.read_at = clock.now() - KEEP_READ - timedelta(days=1)
    elsewhere(_and_commit, settle_and_forget)
    assert db.session.scalars(select(Notice)).all() == []


def _and_commit(do):
    do()
    db.session.commit()


def test_who_is_erased_leaves_no_notices(cast):
    follow(cast.thread, by=cast.bao)
    threads.reply(cast.thread, body="x", by=cast.ana)
    work()
    accounts.erase(cast.bao)
    work()
    assert db.session.scalars(select(Notice)).all() == []


def test_telling_a_whole_group_takes_one_statement(cast):
    many = [make.member() for _ in range(60)]
    for who in many:
        make.membership(who, cast.andes_group)
        weigh(cast.andes_group, Weight.EACH, by=who)
    post = threads.reply(cast.thread, body="x", by=cast.ana)
    with statements() as run:
        for each in (cast.thread, post):
            db.session.refresh(each)
        run.clear()
        tell_of_post(cast.thread, post, post.number)
    assert len(run) == 1, "\n\n".join(run)
    assert len(db.session.scalars(select(Notice)).all()) == 60


def test_a_page_of_notices_takes_few_statements_however_many_there_are(cast):
    made = [make.thread(cast.ana, cast.andes_group, title=f"T{n}") for n in range(18)]
    for thread in made:
        follow(thread, by=cast.bao, because=Because.CHOSE)
        threads.reply(thread, body="x", by=cast.ana)
    work()
    with statements() as run:
        db.session.refresh(cast.bao)
        run.clear()
        assert len(notices_of(cast.bao)) == 18
    assert len(run) <= 3, "\n\n".join(run)
