"""A marker that a kept search found, and that was hidden or made private since, appears to nobody who may not see it now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import record
from forum.kernel.mail import Delivery, Maildir, Office, Sender, State
from forum.kernel.mail.sending import send_due
from forum.notifications.models import Digest, MailChoice
from forum.notifications.preparing import begin_telling, prepare_due
from forum.searches import handlers, operations
from forum.searches.events import SearchesDue
from forum.searches.letters import letter_for
from forum.searches.models import SavedSearch, SearchNews
from forum.threads import operations as threads
from tests import make
from tests.working import elsewhere, work

ROLES = ("dora", "bao", "ana", "chidi", "sofia")
ALLOWED = {"ana", "chidi", "sofia"}  # its author, in the closed group too; a moderator; the secretariat
PAGES = (
    *(
        "/",
        "/me",
        "/me/notices",
        "/me/notices?state=unread",
        "/me/searches",
        "/me/settings/mail",
        "/me/mail",
        "/me/follows",
    ),
    *("/threads", "/feeds/threads.atom", "/groups/andes", "/me/export.json"),
)


@pytest.fixture
def found(app, cast, indexed):
    """Each of them keeps the same search, which found a thread and a reply; everything is told, and no mail has gone yet."""
    begin_telling(now=clock.now())
    yesterday = clock.now() - timedelta(days=1)
    for choice in db.session.scalars(select(MailChoice)):
        choice.told_until, choice.next_at = yesterday, clock.now() - timedelta(minutes=1)
    for role in ROLES:
        operations.keep("signpost", {}, by=getattr(cast, role)).looked_at = yesterday
    thread = make.thread(cast.ana, cast.andes_group, title="MARKER signpost", body="Hello")
    make.post(thread, by=cast.ana, body="MARKER-REPLY signpost")
    for entry in db.session.scalars(select(Entry)):
        entry.created_at = clock.now() - timedelta(minutes=10)
        record(EntryChanged(entry_id=entry.id))
    for search in db.session.scalars(select(SavedSearch)):
        search.watched_until = clock.now() - timedelta(hours=2)
    db.session.commit()
    indexed()
    db.session.commit()
    handlers.compare(SearchesDue(search_ids=list(db.session.scalars(select(SavedSearch.id)))))
    db.session.commit()
    assert len(db.session.scalars(select(SearchNews)).all()) == 2 * len(ROLES)
    handlers.promise_mail()
    work()
    while elsewhere(prepare_due, 50):
        pass
    return thread


def hide(cast, thread):
    thread.hidden_at = clock.now()


def make_private(cast, thread):
    make.membership(cast.chidi, cast.closed_group)
    threads.move(thread, to=cast.closed_group, by=cast.chidi)


def everything_shown(client, member):
    mine = db.session.scalars(select(SavedSearch.id).where(SavedSearch.member_id == member.id)).all()
    days = db.session.scalars(select(Digest.day).where(Digest.member_id == member.id)).all()
    for path in (*PAGES, *(f"/me/searches/{id}" for id in mine), *(f"/me/digests/{day}" for day in days)):
        answer = client.get(path)
        assert answer.status_code == 200, path
        yield path, answer.text


def everything_mailed(member, tmp_path):
    box = Maildir(tmp_path)
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    sent = select(Delivery).where(Delivery.member_id == member.id, Delivery.state == State.SENT)
    return [f"{mail.subject} {mail.text} {mail.html}" for mail in db.session.scalars(sent)]


@pytest.mark.parametrize("goes", [None, hide, make_private])
@pytest.mark.parametrize("role", ROLES)
def test_a_marker_that_was_found_appears_to_nobody_who_may_not_see_it_now(as_, cast, found, tmp_path, goes, role):
    member = getattr(cast, role)
    if goes is not None:
        goes(cast, found)
    for search in db.session.scalars(select(SavedSearch)):
        search.mailed_at = None
    db.session.commit()
    again = letter_for(member)
    sees = goes is None or role in ALLOWED
    assert (again is not None) == sees
    db.session.rollback()
    where = [path for path, text in everything_shown(as_(member), member) if "MARKER" in text]
    assert any(path.startswith("/me/searches/") for path in where) == sees
    assert where == [] or sees, where
    mails = everything_mailed(member, tmp_path)
    assert sees or not any("MARKER" in mail or "for what you keep" in mail for mail in mails)
    if goes is None:
        assert any("for what you keep" in mail for mail in mails), "what is there is told of"
        assert role != "bao" or any("MARKER" in mail for mail in mails), "in the digest of its group"
