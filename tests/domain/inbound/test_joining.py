"""JOIN by mail: to a group, to a mail about one of its conversations, to a line of a digest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.access.rules import membership_of
from forum.accounts.models import Member
from forum.community.models import GroupVisibility, Joining
from forum.inbound.belonging import Stands, standing
from forum.inbound.models import Fate, MailDeed, Why
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.notifications.models import Digest, DigestItem, Section
from forum.notifications.models import Why as Reason
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post
from tests import make
from tests.domain.inbound.posting import answers, come, letter

pytestmark = pytest.mark.usefixtures("front_desk")
ANDES = "andes@reply.example.org"


def about_a_post(cast, member: Member):
    post = db.session.scalars(select(Post.id).where(Post.thread_id == cast.thread.id)).first()
    return Token(Purpose.ANSWER_POST, member.id, post)


@pytest.mark.parametrize("to_the_group", [True, False])
@pytest.mark.parametrize("word", ["JOIN", "Unirme.", "rejoindre", "انضمام"])
def test_join_brings_into_an_open_group_and_says_so(cast, to_the_group, word):
    received = come(ANDES if to_the_group else about_a_post(cast, cast.dora), letter(cast.dora, word))
    assert received.fate is Fate.DONE and standing(cast.dora, cast.andes_group) is Stands.INSIDE
    (told,) = answers()
    assert f"you are in the group “{cast.andes_group.label('en')}”" in told.text and "/groups/andes" in told.text
    assert come(ANDES, letter(cast.dora, "Now I can write here.")).fate is Fate.POSTED


def test_where_somebody_lets_people_in_a_request_is_made_and_said(cast):
    cast.andes_group.joining = Joining.REQUEST
    db.session.commit()
    for _twice in range(2):
        assert come(ANDES, letter(cast.dora, "JOIN")).fate is Fate.DONE
    assert standing(cast.dora, cast.andes_group) is Stands.ASKED
    assert "They have your request" in " ".join(answers()[0].text.split())
    assert len(db.session.scalars(select(MailDeed)).all()) == 1, "asking again changes nothing"
    assert come(ANDES, letter(cast.dora, "Words.")).why is Why.NOT_ALLOWED


def test_a_private_group_is_not_there_for_who_would_join(cast):
    received = come("inner-circle@reply.example.org", letter(cast.dora, "JOIN"))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.GONE)
    assert "inner" not in answers()[0].text.lower()
    assert membership_of(cast.dora, cast.closed_group) is None
    cast.andes_group.visibility = GroupVisibility.PRIVATE
    db.session.commit()
    assert come(about_a_post(cast, cast.dora), letter(cast.dora, "JOIN")).why is Why.GONE
    assert membership_of(cast.dora, cast.andes_group) is None


def test_nobody_joins_by_a_mail_that_may_not_be_theirs_or_with_a_text_that_only_begins_so(cast):
    assert come(ANDES, letter(cast.dora, "JOIN", authentic=False)).fate is Fate.HELD
    assert come(ANDES, letter(cast.dora, "Join us on Friday at the river.")).why is Why.NOT_ALLOWED
    assert membership_of(cast.dora, cast.andes_group) is None


def test_who_is_inside_already_is_told_so_and_undo_does_not_take_them_out(cast):
    assert come(ANDES, letter(cast.bao, "JOIN")).fate is Fate.DONE
    assert "you are in the group" in answers()[0].text
    come(ANDES, letter(cast.bao, "UNDO"))
    assert standing(cast.bao, cast.andes_group) is Stands.INSIDE


@pytest.mark.parametrize("joining", [Joining.OPEN, Joining.REQUEST])
def test_undo_takes_it_back(cast, joining):
    cast.andes_group.joining = joining
    db.session.commit()
    come(ANDES, letter(cast.dora, "JOIN"))
    come(ANDES, letter(cast.dora, "UNDO"))
    assert membership_of(cast.dora, cast.andes_group) is None
    assert "you are not in the group “Andes”" in answers()[-1].text


def test_a_refusal_says_how_to_join_by_mail(cast):
    come(ANDES, letter(cast.dora, "Let me say this."))
    said = " ".join(answers()[0].text.split())
    assert f"a mail to {ANDES} that says only JOIN" in said


def test_the_group_of_a_line_of_a_digest_is_joined_by_its_number(cast):
    make.membership(cast.bao, cast.closed_group)
    now = clock.now()
    digest = save(Digest(member_id=cast.dora.id, day=now.date(), since=now - timedelta(days=1), until=now))
    for position, thread in enumerate((cast.thread, cast.closed_thread), 1):
        item = {"section": Section.THREADS, "why": Reason.THEME, "count": 0}
        save(DigestItem(digest_id=digest.id, position=position, entry_id=thread.id, **item))
    to = Token(Purpose.ANSWER_DIGEST, cast.dora.id, digest.id)
    come(to, letter(cast.dora, "JOIN"))
    assert "1: JOIN" in answers()[0].text or "3: JOIN" in answers()[0].text
    come(to, letter(cast.dora, "1: JOIN\n2: JOIN"))
    assert (
        standing(cast.dora, cast.andes_group) is Stands.INSIDE and membership_of(cast.dora, cast.closed_group) is None
    )
    told = answers()[1].text
    assert f"1: you are in “{cast.andes_group.label('en')}” now" in told and "Inner" not in told


def test_help_speaks_of_it_last(cast):
    come(ANDES, letter(cast.bao, "HELP"))
    lines = answers()[0].text.split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("JOIN "))
    assert lines[at - 1].startswith("HELP ")
