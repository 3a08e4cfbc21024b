"""What a kept search found may be hidden, deleted or made private before its member hears of it: then they do not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.mail import Delivery, Maildir, Office, Reason, Sender, State, promise
from forum.kernel.mail.sending import send_due
from forum.notices.models import NoticeKind
from forum.notices.queries import count_unread, notices_of
from forum.notices.telling import tell
from forum.notifications.operations import choice_of
from forum.searches import handlers, operations
from forum.searches.events import SearchesDue
from forum.searches.letters import letter_for
from forum.searches.models import SearchNews, path_of
from forum.searches.watching import take_back
from forum.threads import operations as threads
from tests import make
from tests.working import elsewhere


@pytest.fixture
def bird(cast):
    """Bao keeps two searches; each found a thread of Ana's, and Bao was told of it on the site."""
    kept = [operations.keep(word, {}, by=cast.bao) for word in ("heron", "owl")]
    found = [make.thread(cast.ana, cast.andes_group, title=word.title()) for word in ("heron", "owl")]
    for search, thread in zip(kept, found, strict=True):
        save(SearchNews(search_id=search.id, entry_id=thread.id, found_at=clock.now() - timedelta(minutes=1)))
        search.looked_at = clock.now() - timedelta(days=1)
        tell([cast.bao.id], NoticeKind.FOUND, "kept", key=f"found-{search.id}", said=search.name, path=path_of(search))
    db.session.commit()
    return found


def hide(cast, thread):
    thread.hidden_at = clock.now()


def make_private(cast, thread):
    make.membership(cast.chidi, cast.closed_group)
    threads.move(thread, to=cast.closed_group, by=cast.chidi)


GONE = pytest.mark.parametrize("goes", [hide, make_private])


def mine(member):
    return [told.notice.said for told in notices_of(member)]


@GONE
def test_the_notice_of_what_is_gone_is_taken_back_and_no_other(cast, bird, goes):
    everything = operations.keep("heron", {}, by=cast.bao), operations.keep("owl", {}, by=cast.bao)
    take_back(everything)
    assert sorted(mine(cast.bao)) == ["heron", "owl"] and count_unread(cast.bao) == 2
    goes(cast, bird[0])
    take_back(everything)
    assert mine(cast.bao) == ["owl"] and count_unread(cast.bao) == 1


def test_the_worker_takes_it_back_when_it_next_compares(app, cast, bird, indexed):
    bird[0].hidden_at = clock.now()
    ids = [operations.keep(word, {}, by=cast.bao).id for word in ("heron", "owl")]
    handlers.compare(SearchesDue(search_ids=ids))
    assert mine(cast.bao) == ["owl"]


def test_what_was_read_stays_read_and_somebody_else_s_stays(cast, bird):
    ana = operations.keep("heron", {}, by=cast.ana)
    save(SearchNews(search_id=ana.id, entry_id=bird[0].id, found_at=clock.now()))
    tell([cast.ana.id], NoticeKind.FOUND, "kept", key="found", said="heron", path=path_of(ana))
    ana.looked_at = clock.now() - timedelta(days=1)
    bird[0].hidden_at = clock.now()
    searches = [operations.keep("heron", {}, by=cast.bao), ana]
    take_back(searches)
    assert mine(cast.bao) == ["owl"]
    assert mine(cast.ana) == ["heron"], "its author may read it still"


@pytest.fixture
def mailed(app, cast, bird, tmp_path):
    """Bao's mail about both is promised; the function sends it and says what became of it."""
    promise(letter_for(cast.bao))
    db.session.commit()
    box = Maildir(tmp_path)

    def send():
        elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
        mail = db.session.scalars(select(Delivery).where(Delivery.kind == "searches").order_by(Delivery.id.desc()))
        latest = mail.first()
        return latest.state, latest.reason

    return send


def test_it_goes_while_something_of_it_is_there(cast, bird, mailed):
    bird[0].hidden_at = clock.now()
    assert mailed() == (State.SENT, Reason.NONE)


@GONE
def test_it_does_not_go_when_all_of_it_is_gone(cast, bird, mailed, goes):
    goes(cast, bird[0])
    bird[1].hidden_at = clock.now()
    assert mailed() == (State.CANCELLED, Reason.NOT_VISIBLE)


def test_what_an_earlier_mail_told_of_does_not_keep_a_later_one(cast, bird, mailed):
    assert mailed() == (State.SENT, Reason.NONE)
    search = operations.keep("heron", {}, by=cast.bao)
    for kept in (search, operations.keep("owl", {}, by=cast.bao)):
        kept.mailed_at = clock.now() - timedelta(hours=25)
    for news in db.session.scalars(select(SearchNews)):
        news.found_at = clock.now() - timedelta(hours=26)
    third = make.thread(cast.ana, cast.andes_group, title="Another heron")
    save(SearchNews(search_id=search.id, entry_id=third.id, found_at=clock.now()))
    letter = letter_for(cast.bao)
    assert letter.subject.startswith("1 new")
    promise(letter)
    third.hidden_at = clock.now()
    assert mailed() == (State.CANCELLED, Reason.NOT_VISIBLE), "the two of yesterday are there, and were told of"


HAPPENS = {
    "suspended": (
        lambda cast: setattr(cast.bao, "suspended_until", clock.now() + timedelta(days=1)),
        (State.CANCELLED, Reason.NOT_A_MEMBER),
    ),
    "away": (
        lambda cast: setattr(choice_of(cast.bao), "paused_until", (clock.now() + timedelta(days=3)).date()),
        (State.CANCELLED, Reason.UNSUBSCRIBED),
    ),
    "back": (
        lambda cast: setattr(choice_of(cast.bao), "paused_until", (clock.now() - timedelta(days=3)).date()),
        (State.SENT, Reason.NONE),
    ),
    "stopped": (lambda cast: operations.stop_mail(cast.bao.id), (State.CANCELLED, Reason.UNSUBSCRIBED)),
    "wants none of either": (
        lambda cast: [
            operations.change(operations.keep(word, {}, by=cast.bao), name=word, mails=False)
            for word in ("heron", "owl")
        ],
        (State.CANCELLED, Reason.UNSUBSCRIBED),
    ),
    "looked": (lambda cast: operations.look(operations.keep("heron", {}, by=cast.bao)), (State.SENT, Reason.NONE)),
}


@pytest.mark.parametrize(("happens", "became"), HAPPENS.values(), ids=HAPPENS.keys())
def test_it_is_asked_once_more_whether_it_is_wanted(cast, bird, mailed, happens, became):
    happens(cast)
    db.session.commit()
    assert mailed() == became


def test_mail_about_them_comes_again_when_a_holiday_is_over(cast, bird):
    choice = choice_of(cast.bao)
    choice.paused_until = (clock.now() + timedelta(days=3)).date()
    assert letter_for(cast.bao) is None
    choice.paused_until = (clock.now() - timedelta(days=1)).date()
    assert letter_for(cast.bao) is not None
