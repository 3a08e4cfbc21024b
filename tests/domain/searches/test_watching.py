"""Kept searches: what comes is noted for whoever may see it, once, and told of once a day."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.accounts.events import MemberErased
from forum.entries.events import EntryChanged
from forum.entries.models import Entry, Visibility
from forum.glossary.operations import add_concept
from forum.kernel import clock, jobs
from forum.kernel.db import db
from forum.kernel.errors import Invalid, NotFound, Refused
from forum.kernel.events import record
from forum.kernel.mail import Delivery
from forum.notices.models import NoticeKind
from forum.notices.queries import count_unread, notices_of
from forum.notifications.models import MailChoice
from forum.searches import handlers, operations
from forum.searches.letters import letter_for, member_of, token_of
from forum.searches.models import SavedSearch, SearchNews
from forum.searches.queries import found_by, get_search, news_counted, searches_of
from forum.searches.watching import watch


@pytest.fixture
def engine(app, indexed):
    return app.extensions["forum.search"]


@pytest.fixture
def come(indexed):
    """Index everything there is, and let enough time pass for it to be compared."""

    def come(*searches, engine):
        for id in db.session.scalars(select(Entry.id)):
            record(EntryChanged(entry_id=id))
        db.session.commit()
        indexed()
        for search in searches:
            search.watched_until = clock.now() - timedelta(hours=2)
        for entry in db.session.scalars(select(Entry)):
            entry.created_at = min(entry.created_at, clock.now() - timedelta(minutes=10))
        db.session.commit()
        return watch(engine, searches)

    return come


def test_what_answers_is_noted_once_for_whoever_keeps_the_search(engine, cast, make, come):
    search = operations.keep("heron", {}, by=cast.bao)
    make.thread(cast.ana, cast.andes_group, title="A heron by the river")
    make.thread(cast.ana, cast.andes_group, title="Something else")
    assert come(search, engine=engine) == 1
    assert news_counted(cast.bao, [search.id]) == {search.id: 1}
    come(search, engine=engine)
    assert db.session.scalar(select(func.count()).select_from(SearchNews)) == 1
    (shown,) = found_by(search, reader=cast.bao, tokens=frozenset())
    assert shown.kind == "thread"
    operations.look(search)
    assert news_counted(cast.bao, [search.id]) == {}


def test_what_was_found_is_a_notice_until_its_member_has_looked(engine, cast, make, come):
    search = operations.keep("heron", {}, by=cast.dora)
    for body in ("A heron.", "Two herons, heron."):
        make.thread(cast.bao, cast.andes_group, title="Birds", body=body)
        come(search, engine=engine)
    [told] = notices_of(cast.dora)
    assert (told.notice.kind, told.notice.said, told.path) == (NoticeKind.FOUND, "heron", f"/me/searches/{search.id}")
    assert count_unread(cast.dora) == 1
    operations.look(search)
    assert count_unread(cast.dora) == 0


def test_what_one_may_not_see_is_neither_noted_nor_counted_nor_shown(engine, cast, make, come):
    search = operations.keep("heron", {}, by=cast.bao)
    mine = operations.keep("heron", {}, by=cast.ana)
    thread = make.thread(cast.ana, cast.andes_group, title="A heron for all")
    make.thread(cast.ana, cast.closed_group, title="A secret heron")
    reply = make.post(thread, by=cast.ana, body="Herons indeed")
    come(search, mine, engine=engine)
    assert news_counted(cast.bao, [search.id]) == {search.id: 2}
    assert news_counted(cast.ana, [mine.id]) == {mine.id: 3}
    thread.hidden_at = clock.now()
    db.session.flush()
    assert news_counted(cast.bao, [search.id]) == {}, "a reply goes with its thread"
    assert found_by(search, reader=cast.bao, tokens=frozenset()) == []
    assert reply.hidden_at is None


def test_a_theme_is_followed_by_its_filter_and_a_file_that_is_read_counts_as_new(engine, cast, make, come):
    by_theme = operations.keep("", {"theme": ["diversion"]}, by=cast.bao)
    by_word = operations.keep("pelican", {"kind": ["resource"]}, by=cast.bao)
    thread = make.thread(cast.ana, cast.andes_group, title="Under a theme")
    thread.themes = [cast.diversion]
    old = make.resource("An old guide", created_at=clock.now() - timedelta(days=30))
    make.read_file(old, "Here is the pelican.", read_at=clock.now() - timedelta(minutes=10))
    come(by_theme, by_word, engine=engine)
    assert news_counted(cast.bao, [by_theme.id, by_word.id]) == {by_theme.id: 1, by_word.id: 1}


def test_it_goes_beyond_its_words_unless_that_was_switched_off(engine, cast, make, come):
    add_concept(terms={"en": ["heron"], "es": ["garza"]}, by=cast.ana)
    beyond = operations.keep("heron", {}, by=cast.bao)
    only = operations.keep("heron", {}, by=cast.bao, wishes={"across": ["off"], "without": []})
    assert only.id != beyond.id and only.wishes == {"across": ["off"]}
    assert operations.keep("heron", {}, by=cast.bao, wishes={"across": ["off"]}).id == only.id
    make.thread(cast.ana, cast.andes_group, title="Una garza en el río")
    come(beyond, only, engine=engine)
    assert news_counted(cast.bao, [beyond.id, only.id]) == {beyond.id: 1}


def test_a_search_within_a_place_hears_of_nothing_outside(engine, cast, make, come):
    search = operations.keep("heron", {"within": [f"group/{cast.andes_group.id}"]}, by=cast.bao)
    make.thread(cast.ana, cast.andes_group, title="Heron inside")
    make.thread(cast.dora, cast.sahel_group, title="Heron outside")
    come(search, engine=engine)
    assert news_counted(cast.bao, [search.id]) == {search.id: 1}


def test_one_mail_a_day_about_what_is_still_to_be_seen(engine, cast, make, come):
    search = operations.keep("heron", {}, by=cast.bao, name="Birds")
    thread = make.thread(cast.ana, cast.andes_group, title="A heron by the river")
    come(search, engine=engine)
    letter = letter_for(cast.bao)
    assert "Birds: 1" in letter.text
    assert "by the river" not in letter.text, "titles stay on the site"
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter_for(cast.bao) is None, "not twice a day"
    search.mailed_at = clock.now() - timedelta(hours=25)
    assert letter_for(cast.bao).subject.startswith("1 new"), "not looked at, and found since the last mail"
    search.mailed_at = None
    thread.hidden_at = clock.now()
    db.session.flush()
    assert letter_for(cast.bao) is None, "hidden before the mail was written"


def test_mail_is_discreet_or_none_as_the_member_chose(engine, cast, make, come):
    search = operations.keep("heron", {}, by=cast.bao, name="Birds")
    make.thread(cast.ana, cast.andes_group, title="A heron by the river")
    come(search, engine=engine)
    choice = MailChoice(member_id=cast.bao.id, discreet=True)
    db.session.add(choice)
    db.session.flush()
    assert "Birds" not in letter_for(cast.bao).text
    search.mailed_at = None
    operations.stop_mail(cast.bao.id)
    db.session.refresh(search)
    assert letter_for(cast.bao) is None
    assert member_of(token_of(cast.bao)) == cast.bao.id
    assert member_of("nonsense") is None


def test_the_worker_compares_and_tells(app, engine, cast, make, come):
    search = operations.keep("heron", {}, by=cast.bao)
    make.thread(cast.ana, cast.andes_group, title="A heron by the river")
    come(engine=engine)
    address = cast.bao.email
    search.watched_until = clock.now() - timedelta(hours=2)
    handlers.promise_to_compare()
    db.session.commit()
    jobs.drain(lanes=False)
    handlers.promise_mail()
    db.session.commit()
    jobs.drain(lanes=False)
    sent = db.session.scalars(select(Delivery).where(Delivery.kind == "searches")).all()
    assert [delivery.recipient for delivery in sent] == [address]


def test_the_same_search_is_kept_once_and_not_more_than_one_may(cast, monkeypatch):
    first = operations.keep("heron", {"kind": ["thread"], "region": []}, by=cast.bao)
    assert operations.keep("heron", {"kind": ["thread"]}, by=cast.bao).id == first.id
    with pytest.raises(Invalid):
        operations.keep("", {"kind": []}, by=cast.bao)
    monkeypatch.setattr(SavedSearch, "MOST", 1)
    with pytest.raises(Refused):
        operations.keep("pelican", {}, by=cast.bao)
    with pytest.raises(NotFound):
        get_search(first.id, reader=cast.ana)


def test_erasing_a_member_erases_what_they_searched(engine, cast, make, come):
    search = operations.keep("heron", {}, by=cast.bao)
    make.thread(cast.ana, cast.andes_group, title="A heron by the river", visibility=Visibility.PUBLIC)
    come(search, engine=engine)
    handlers.forget_what_they_searched(MemberErased(member_id=cast.bao.id))
    db.session.expire_all()
    assert searches_of(cast.bao) == []
    assert db.session.scalar(select(func.count()).select_from(SearchNews)) == 0
