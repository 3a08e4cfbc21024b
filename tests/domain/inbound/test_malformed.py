"""Two thousand mails that chance has damaged: each comes to an end, and the worker goes on."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from forum.inbound import lane
from forum.inbound.arriving import take_in
from forum.inbound.models import Fate, MailQuestion, ReceivedMail, Transport
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.reading.letter import letter_of
from forum.inbound.reading.saying import as_plain, from_plain
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.notifications.models import Digest
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post
from tests.malformed import mutations, originals

DOMAIN = "reply.example.org"
MANY = 2_000
#: Enough by default to see the whole way work; all of them takes a minute.
SOME = 100


def test_the_same_seed_makes_the_same_mails_and_they_differ():
    first = list(mutations(200))
    assert first == list(mutations(200)) != list(mutations(200, seed=2))
    assert len({raw for _name, raw in first}) > 190
    assert len(originals()) > 150


def test_a_letter_comes_of_every_one():
    """In this process: an error of any kind names the mail, its number and the seed."""
    usual = Circumstances(envelope_from="bao@example.org", our_domain=DOMAIN, auth_host="mx.example.org")
    ways = [replace(usual, envelope_to=f"{to}@{DOMAIN}") for to in ("token", "b-aaaaaaaaaaaaaaaaaaaaaaaa")]
    troubles = []
    for number, (name, raw) in enumerate(mutations(MANY)):
        try:
            letter = letter_of(raw, ways[number % 2])
            understood = from_plain(json.loads(json.dumps(as_plain(letter))))
            assert [each.content for each in understood.attachments] == [each.content for each in letter.attachments]
            assert len(understood.text) <= len(letter.text)
        except Exception as trouble:
            troubles.append(f"{name}: {type(trouble).__name__} {trouble}"[:200])
    assert troubles == []


@pytest.mark.usefixtures("front_desk")
@pytest.mark.parametrize("count", [SOME, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.long])])
def test_every_one_reaches_a_fate_and_the_worker_goes_on(app, cast, count):
    addresses = [f"{to}@{DOMAIN}" for to in (*_tokens(cast), "andes", "b-aaaaaaaaaaaaaaaaaaaaaaaa", "postmaster")]
    post = db.session.scalars(select(Post.id).where(Post.thread_id == cast.thread.id)).first()
    to_post = f"{Token(Purpose.ANSWER_POST, cast.bao.id, post)}@{DOMAIN}"
    db.session.commit()
    sent = [(raw, addresses[at % len(addresses)]) for at, (_name, raw) in enumerate(mutations(count))]
    ids = {_take_in(raw, to) for raw, to in sent if not to.startswith("b-")}
    last = _take_in(b"From: bao@example.org\r\nMessage-ID: <last@x>\r\n\r\nAll is well.", to_post)
    with app.app_context():
        while lane.read_what_came(100, lambda: False):
            pass
    db.session.rollback()
    rows = list(db.session.scalars(select(ReceivedMail).where(ReceivedMail.id.in_({*ids, last}))))
    assert len(rows) > count * 0.7
    assert all(row.settled_at and row.leased_by is None and row.attempts == 1 for row in rows)
    fates = Counter(row.fate for row in rows)
    assert fates[Fate.RECEIVED] == fates[Fate.UNREADABLE] == 0
    assert {Fate.POSTED, Fate.REFUSED, Fate.DONE, Fate.AUTOMATIC} <= set(fates), "they come to ends of many kinds"
    assert db.session.get_one(ReceivedMail, last).settled_at


def _tokens(cast) -> list[Token]:
    """An address of each kind, for Bao."""
    now = clock.now()
    digest = save(Digest(member_id=cast.bao.id, day=now.date(), since=now, until=now))
    question = save(MailQuestion(member_id=cast.bao.id))
    post = db.session.scalars(select(Post.id).where(Post.thread_id == cast.thread.id)).first()
    things = {Purpose.ANSWER_POST: post, Purpose.ANSWER_DIGEST: digest.id, Purpose.SURE: question.id}
    return [Token(purpose, cast.bao.id, things.get(purpose, 1)) for purpose in Purpose]


def _take_in(raw: bytes, to: str) -> int:
    return take_in(raw, transport=Transport.TRIED, envelope_from="bao@example.org", envelope_to=to)
