"""Every place where a mail is promised, each with a deed that makes it happen; tests/house compares the list with the code.

Add a row when you promise a new kind of mail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from flask import current_app
from sqlalchemy import select, update

from forum.accounts import handlers as accounts
from forum.accounts import security
from forum.accounts.events import MemberApproved, MemberRefused, MemberWaiting
from forum.accounts.models import Member
from forum.accounts.operations import invite
from forum.entries.models import Level
from forum.entries.operations import follow
from forum.glossary import handlers as glossary
from forum.glossary.events import SuggestionDecided
from forum.glossary.models import Concept, TermSuggestion
from forum.glossary.models import Verdict as GlossaryVerdict
from forum.groups import handlers as groups
from forum.groups.events import AskedToJoin, MemberBroughtIn, RequestAnswered
from forum.inbound import room
from forum.inbound.letters import Letter
from forum.inbound.models import HeldMail, MailQuestion, ReceivedMail, Transport
from forum.inbound.operations import turn_down
from forum.inbound.settling import settle
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.library import handlers as library
from forum.library.events import EditDecided, EditSuggested
from forum.library.models import SuggestedEdit, Verdict
from forum.moderation import handlers as moderation
from forum.notices.handlers import at_once, people
from forum.notices.handlers import moderation as looking_after
from forum.notices.recipients import BURST
from forum.notifications.models import Digest, DigestItem, MailChoice, Section, Weight
from forum.notifications.models import Why as Reason
from forum.notifications.operations import choice_of, weigh
from forum.notifications.preparing import begin_telling, prepare
from forum.notifications.tokens import Purpose, Token
from forum.searches import handlers as searches
from forum.searches import operations as keeping
from forum.searches.events import SearchMailDue
from forum.searches.models import SearchNews
from forum.threads import operations as threads
from forum.threads.events import PostDeleted, PostRestored, ThreadClosed, ThreadMoved, ThreadReopened
from forum.threads.models import Draft, Post
from tests import make

#: Called with the cast and what people call themselves and their things.
Deed = Callable[[SimpleNamespace, str], None]
MAILS: dict[str, Deed] = {}


def promised_in(place: str) -> Callable[[Deed], Deed]:
    """Say which function (file:name) promises the mail that this deed makes happen."""

    def register(deed: Deed) -> Deed:
        MAILS[place] = deed
        return deed

    return register


def rename(cast: SimpleNamespace, words: str) -> None:
    """Let everybody and everything of the cast be called that, whatever a form would have said to it."""
    for who in (cast.ana, cast.bao, cast.dora, cast.youssef, cast.chidi):
        who.name = words[:80]
    for group in (cast.andes_group, cast.sahel_group):
        group.name = words[:120]
    db.session.flush()


@promised_in("forum/notifications/preparing.py:prepare")
def digests(cast: SimpleNamespace, words: str) -> None:
    begin_telling(now=clock.now())
    yesterday = clock.now() - timedelta(days=1)
    db.session.execute(update(MailChoice).values(told_until=yesterday, next_at=yesterday))
    for number in range(3):
        threads.open_thread(cast.andes_group, title=f"T{number}", body=f"A {words} B", by=cast.ana)
    told = threads.open_thread(cast.sahel_group, title="T", body="A", by=cast.dora, language="ar")
    for thread in (cast.thread, told):
        thread.title = (words or "x")[:200]
        follow(thread, by=cast.bao, level=Level.DIGEST)
    threads.reply(cast.thread, body=f"{words} again", by=cast.ana)
    db.session.flush()
    for who in (cast.bao, cast.youssef):
        assert prepare(who, db.session.get_one(MailChoice, who.id), now=clock.now()) is not None


@promised_in("forum/searches/handlers.py:tell")
def kept_searches(cast: SimpleNamespace, words: str) -> None:
    search = keeping.keep("heron", {}, by=cast.bao, name=(words or "x")[:100])
    search.name = words[:100]
    save(SearchNews(search_id=search.id, entry_id=cast.thread.id, found_at=clock.now() + timedelta(minutes=1)))
    searches.tell(SearchMailDue(member_id=cast.bao.id))


@promised_in("forum/moderation/handlers.py:tell_the_moderators")
def somebody_waits(cast: SimpleNamespace, words: str) -> None:
    newcomer = make.member("kim", name=words[:80], approved_at=None)
    moderation.tell_the_moderators(MemberWaiting(member_id=newcomer.id))


@promised_in("forum/library/handlers.py:_tell")
def suggestions(cast: SimpleNamespace, words: str) -> None:
    resource = make.resource((words or "x")[:200], by=cast.ana)
    suggested = save(SuggestedEdit(resource_id=resource.id, member_id=cast.bao.id, changes={}, reason=words[:400]))
    library.tell_who_may_change_it(EditSuggested(suggestion_id=suggested.id))
    suggested.verdict, suggested.answer, suggested.decided_by_id = Verdict.DECLINED, words[:400], cast.ana.id
    db.session.flush()
    library.tell_who_suggested(EditDecided(suggestion_id=suggested.id))


@promised_in("forum/glossary/handlers.py:tell_who_suggested")
def words_of_the_glossary(cast: SimpleNamespace, words: str) -> None:
    concept = save(Concept(slug="bail", terms={"en": [words[:100] or "bail"], "ar": [words[:100] or "bail"]}))
    suggested = TermSuggestion(
        concept_id=concept.id, words=words, author_id=cast.youssef.id, verdict=GlossaryVerdict.TAKEN, answer=words[:400]
    )
    glossary.tell_who_suggested(SuggestionDecided(suggestion_id=save(suggested).id, member_id=cast.chidi.id))


@promised_in("forum/accounts/handlers.py:welcome_the_newcomer")
def welcome(cast: SimpleNamespace, words: str) -> None:
    accounts.welcome_the_newcomer(MemberApproved(member_id=cast.youssef.id, by_id=cast.chidi.id))


@promised_in("forum/accounts/handlers.py:tell_who_was_refused")
def refusal(cast: SimpleNamespace, words: str) -> None:
    accounts.tell_who_was_refused(MemberRefused(member_id=cast.bao.id, by_id=cast.chidi.id, reason=words))


@promised_in("forum/accounts/operations.py:invite")
def invitation(cast: SimpleNamespace, words: str) -> None:
    invite(by=cast.ana, email="newcomer@example.org")


@promised_in("forum/accounts/security.py:send_mail")
def of_the_account(cast: SimpleNamespace, words: str) -> None:
    """All that Flask-Security has to say."""
    link = "http://localhost/confirm/abc"
    context = {
        "link": link,
        "confirmation_link": link,
        "reset_link": link,
        "recovery_link": link,
        "user": cast.bao,
        "security": None,
    }
    known = [name for name in templates_of_mails() if name.startswith("security/email/")]
    assert len(known) >= 7
    with current_app.test_request_context():
        for name in known:
            security.OutboxMail(current_app).send_mail(
                name.removesuffix(".txt"), "", "bao@example.org", "", "", "", **context
            )


@promised_in("forum/accounts/security.py:on_address_changed")
def another_address(cast: SimpleNamespace, words: str) -> None:
    security.on_address_changed(current_app, cast.bao, old_email="bao@example.com")


@promised_in("forum/groups/handlers.py:tell_who_asked")
def answers_of_groups(cast: SimpleNamespace, words: str) -> None:
    for admitted in (True, False):
        asked = {"group_id": cast.andes_group.id, "member_id": cast.dora.id, "word": words}
        groups.tell_who_asked(RequestAnswered(**asked, admitted=admitted))


@promised_in("forum/groups/handlers.py:tell_the_newcomer")
def brought_in(cast: SimpleNamespace, words: str) -> None:
    groups.tell_the_newcomer(MemberBroughtIn(group_id=cast.sahel_group.id, member_id=cast.youssef.id))


@promised_in("forum/inbound/answers.py:answer")
def answers_to_mail(cast: SimpleNamespace, words: str) -> None:
    """Everything we answer to a mail that came in."""
    domain = current_app.extensions["forum.mail"].return_domain
    post = db.session.scalars(select(Post.id).where(Post.thread_id == cast.thread.id)).first()
    to_post = f"{Token(Purpose.ANSWER_POST, cast.bao.id, post)}@{domain}"
    digest = save(Digest(member_id=cast.bao.id, day=date(2024, 5, 3), since=clock.now(), until=clock.now()))
    to_digest = f"{Token(Purpose.ANSWER_DIGEST, cast.bao.id, digest.id)}@{domain}"
    cast.thread.title = (words or "x")[:200]
    for address, text in (
        (to_post, "HELP"),
        (to_post, "DONE"),
        (to_post, "FOLLOW"),
        (to_post, "UNDO"),
        (to_digest, "MUTE"),
        (to_digest, "STOP"),
        (to_digest, f"{words}\n9: {words}"),
        (to_post, ""),
        (to_post, f"{words} " * 8000),
    ):
        _come(address, text, words, by=cast.bao)
    db.session.merge(Draft(member_id=cast.ana.id, place="new", body="x", saved_at=clock.now() - timedelta(days=4)))
    for order in ("DONE", "LATER"):
        _come(f"{Token(Purpose.ANSWER_POST, cast.ana.id, post)}@{domain}", order, words, by=cast.ana)
    told = save(Digest(member_id=cast.youssef.id, day=date(2024, 5, 3), since=clock.now(), until=clock.now()))
    item = {"section": Section.THREADS, "why": Reason.THEME}
    save(DigestItem(digest_id=told.id, position=1, entry_id=cast.thread.id, **item))
    _come(f"{Token(Purpose.ANSWER_DIGEST, cast.youssef.id, told.id)}@{domain}", "1: FOLLOW", words, by=cast.youssef)
    _come(f"andes@{domain}", "JOIN", words, by=cast.youssef)
    said = db.session.scalars(select(ReceivedMail).where(ReceivedMail.member_id == cast.bao.id)).first()
    assert said is not None
    to_mail = f"{Token(Purpose.ANSWER_MAIL, cast.bao.id, said.id)}@{domain}"
    for text in ("UNDO", "STOP", f"{words} "):
        _come(to_mail, text, words, by=cast.bao)
    question = save(MailQuestion(member_id=cast.youssef.id))
    sure = f"{Token(Purpose.SURE, cast.youssef.id, question.id)}@{domain}"
    _come(sure, f"perhaps {words}", words, by=cast.youssef)

    with patch.object(room, "MOST_HELD_OF_ONE", 0):
        _come(f"andes@{domain}", words, words, by=cast.dora, authentic=False)
    waits = _come(f"andes@{domain}", f"{words} " * 100, words, by=cast.ana, authentic=False)
    turn_down(db.session.get_one(HeldMail, waits.id), reason=words or "x", by=cast.chidi)


@promised_in("forum/inbound/holding.py:ask")
def was_this_you(cast: SimpleNamespace, words: str) -> None:
    domain = current_app.extensions["forum.mail"].return_domain
    _come(f"andes@{domain}", f"{words} " * 100, words, by=cast.bao, authentic=False)


def _come(address: str, text: str, subject: str, *, by: Member, authentic: bool = True) -> ReceivedMail:
    received = save(
        ReceivedMail(
            transport=Transport.LMTP,
            envelope_to=address,
            raw=b"",
            size=0,
            digest=hashlib.sha256(f"{by.id} {address} {text}".encode()).hexdigest(),
        )
    )
    said = {"sender": by.email, "message_id": f"{received.id}@mail.example.org", "references": ("a@x", "b@x")}
    settle(received, Letter(subject=subject, text=text, authentic=authentic, **said))
    return received


@promised_in("forum/notices/handlers/at_once.py:mail_post")
def posts_at_once(cast: SimpleNamespace, words: str) -> None:
    cast.thread.title = (words or "x")[:200]
    choice_of(cast.dora).discreet = True
    for who in (cast.bao, cast.dora, cast.youssef):
        follow(cast.thread, by=who)
    make.membership(cast.youssef, cast.closed_group)
    weigh(cast.closed_group, Weight.EACH, by=cast.youssef)
    secret = threads.open_thread(cast.closed_group, title=(words or "x")[:100] + ".", body="A", by=cast.ana)
    for number in range(BURST):
        make.post(cast.thread, by=cast.ana, body=f"Post {number}")
    said = [threads.reply(cast.thread, body=f"{words} – again", by=cast.ana) for _ in range(2)]
    db.session.flush()
    for post in (cast.thread.posts[0], said[0], secret.posts[0]):
        at_once.mail_post(post.id)


@promised_in("forum/notices/handlers/moderation.py:_tell_whose")
def looked_after(cast: SimpleNamespace, words: str) -> None:
    choice_of(cast.youssef).discreet = True
    for author in (cast.bao, cast.youssef):
        thread = make.thread(author, cast.andes_group, title=(words or "x")[:200])
        seen = {"thread_id": thread.id, "member_id": cast.ana.id}
        mine = {"post_id": thread.posts[0].id, "member_id": cast.ana.id}
        looking_after.tell_whose_was_closed(ThreadClosed(**seen))
        looking_after.tell_whose_was_reopened(ThreadReopened(**seen))
        looking_after.tell_whose_was_moved(ThreadMoved(**seen, from_group_id=0))
        looking_after.tell_whose_was_deleted(PostDeleted(**mine))
        looking_after.tell_whose_was_restored(PostRestored(**mine))


@promised_in("forum/notices/handlers/people.py:tell_who_may_admit")
def asks_to_join(cast: SimpleNamespace, words: str) -> None:
    make.membership(cast.dora, cast.andes_group, joined_at=None, request_note=words[:400])
    people.tell_who_may_admit(AskedToJoin(group_id=cast.andes_group.id, member_id=cast.dora.id, note=words[:400]))


def templates_of_mails() -> set[str]:
    """Every template of ours that is a mail by itself."""
    ours = Path(str(current_app.template_folder))
    found = (path.relative_to(ours).as_posix() for path in ours.rglob("*.*"))
    return {name for name in found if re.search(r"/e?mail/[^_]", name)}
