"""The moderators' desk."""

import pytest
from sqlalchemy import func, select

from forum.kernel.db import db
from forum.kernel.events import OutboxRow


@pytest.fixture
def nadia(cast, make):
    newcomer = make.member("nadia", approved_at=None)
    db.session.commit()
    return newcomer


def test_who_waits_is_on_the_desk_until_admitted(cast, as_, nadia, post_office):
    desk = as_(cast.chidi)
    assert "nadia@example.org" in desk.get("/moderation").text
    assert desk.post(f"/moderation/members/{nadia.id}/approve").status_code == 303
    assert nadia.is_admitted and nadia.approved_by_id == cast.chidi.id
    assert "All is answered" in desk.get("/moderation").text
    assert "Welcome" in post_office.mails("nadia@")[0]["Subject"]


def test_a_refusal_says_why_and_the_newcomer_reads_it(cast, as_, nadia, post_office):
    desk = as_(cast.chidi)
    assert desk.post(f"/moderation/members/{nadia.id}/refuse", data={"reason": "Please use your work address."})
    assert nadia.refused_at and not nadia.is_admitted
    assert "work address" in post_office.mails("nadia@")[0].get_content()


@pytest.mark.parametrize("reason", ["", " ", "x" * 501])
def test_a_refusal_without_a_good_reason_comes_back(cast, as_, nadia, reason):
    answer = as_(cast.chidi).post(f"/moderation/members/{nadia.id}/refuse", data={"reason": reason})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert nadia.refused_at is None


def test_nobody_is_answered_twice(cast, as_, nadia):
    desk = as_(cast.chidi)
    desk.post(f"/moderation/members/{nadia.id}/approve")
    assert desk.post(f"/moderation/members/{nadia.id}/approve").status_code == 409
    assert desk.post(f"/moderation/members/{nadia.id}/refuse", data={"reason": "Late."}).status_code == 409
    assert nadia.is_admitted


def test_members_and_visitors_stay_away_from_the_desk(cast, as_, nadia):
    for path in ("/moderation", f"/moderation/members/{nadia.id}/approve", f"/moderation/members/{nadia.id}/refuse"):
        ask = "get" if path == "/moderation" else "post"
        assert getattr(as_(cast.ana), ask)(path, data={"reason": "No."}).status_code == 403
        assert getattr(as_(None), ask)(path, data={"reason": "No."}).status_code == 303
    assert nadia.approved_at is None and nadia.refused_at is None
    assert db.session.scalar(select(func.count(OutboxRow.id))) == 0


def test_who_has_not_confirmed_their_address_is_not_on_the_desk(cast, as_, make):
    early = make.member("early", approved_at=None, confirmed_at=None)
    db.session.commit()
    desk = as_(cast.chidi)
    assert "early@" not in desk.get("/moderation").text
    assert desk.post(f"/moderation/members/{early.id}/approve").status_code == 404
