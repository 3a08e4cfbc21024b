"""Whatever is written, to whichever address: a fate, no failure, and no word lost or shown to the wrong people."""

from __future__ import annotations

import random
from datetime import date

import pytest
from sqlalchemy import select

from forum.inbound.letters import Nature
from forum.inbound.models import Fate
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.notifications.models import Digest
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post
from tests.domain.inbound.posting import answers, come, letter

PIECES = (
    *("word ", "\n", "\n\n", "> quoted\n", ">", "1: ", "#2 ", "٣: ", "999: ", "-- \n", "STOP", "yes", "UNDO\n", "\x00", "\ud83d"),
    *("\u202e", "On Fri, May 3, 2024 at 10:02 AM A <a@b.org> wrote:\n", "From: a\nSent: b\nTo: c\n", "@ana ", "<b>", "]("),
    *("https://x.org/unsubscribe/abcdefghijklmnopqrstuvwxyz ", "Sent from my iPhone\n", "￾", "²: ", "    code\n", "```\n"),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_every_mail_has_a_fate(front_desk, cast, seed):
    chance = random.Random(seed)
    post = db.session.scalars(select(Post.id).where(Post.thread_id == cast.thread.id)).one()
    digest = save(Digest(member_id=cast.bao.id, day=date(2024, 5, 3), since=clock.now(), until=clock.now()))
    tokens = [Token(purpose, cast.bao.id, thing) for purpose in Purpose for thing in (post, digest.id, 0, 10**9)]
    places = [
        *map(str, tokens),
        "andes@reply.example.org",
        "inner-circle@reply.example.org",
        "b-aaaa@reply.example.org",
    ]
    places += ["@reply.example.org", "+x@reply.example.org", "é@reply.example.org", "a" * 60, "x@", "@"]
    for _each in range(40):
        text = "".join(chance.choices(PIECES, k=chance.randrange(25)))
        said = letter(
            chance.choice([cast.bao, cast.dora, "stranger@example.org", ""]),
            text,
            subject="".join(chance.choices(PIECES, k=3)),
            authentic=chance.choice([True, False, None]),
            nature=chance.choice([Nature.WRITTEN, Nature.WRITTEN, Nature.AUTOMATIC, Nature.OURS]),
            message_id=chance.choice(["", "same@x", f"{chance.random()}@x"]),
        )
        received = come(chance.choice(places), said)
        assert received.fate is not Fate.RECEIVED and received.settled_at is not None
        assert received.fate is not Fate.POSTED or received.sender == cast.bao.email
    members = {cast.bao.email, cast.dora.email}
    assert {told.recipient for told in answers()} <= members
    bodies = db.session.scalars(select(Post.body).where(Post.author_id == cast.bao.id))
    assert not any("abcdefghijklmnopqrstuvwxyz" in body for body in bodies)
