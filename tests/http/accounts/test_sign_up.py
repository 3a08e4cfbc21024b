"""Signing up: who one is, what one agrees to, an address confirmed, a moderator who looks."""

import pytest
from sqlalchemy import func, select

from forum.accounts import operations
from forum.accounts.models import Invitation, Member
from forum.kernel.db import db
from forum.kernel.events import OutboxRow

from .conftest import PASSWORD, is_signed_in, newcomer


def nadia() -> Member | None:
    return db.session.scalar(select(Member).where(Member.email == "nadia@example.org"))


@pytest.fixture
def setting(app):
    kept = app.config["SIGN_UP"]
    yield lambda value: app.config.update(SIGN_UP=value)
    app.config["SIGN_UP"] = kept


def test_a_newcomer_confirms_their_address_waits_for_a_moderator_and_comes_in(
    cast, as_, post_office, sign_in, with_password
):
    answer = as_(None).post("/sign-up", data=newcomer())
    assert (answer.status_code, answer.location) == (302, "/sign-up/done")
    assert nadia().handle == "nadia-benali" and nadia().charter_version and nadia().adult_stated_at

    assert "confirm" in sign_in("nadia@example.org").answer.text
    assert post_office.mails("chidi@") == []
    assert as_(None).get(post_office.link("nadia@")).status_code == 302

    waiting = sign_in("nadia@example.org")
    assert "almost in" in waiting.answer.text and not is_signed_in(waiting)
    assert "Nadia" in post_office.mails("chidi@")[0]["Subject"]

    desk = as_(cast.chidi)
    assert "Nadia Benali" in desk.get("/moderation").text
    assert desk.post(f"/moderation/members/{nadia().id}/approve").status_code == 303
    assert nadia().approved_by_id == cast.chidi.id
    assert "sign-in" in post_office.mails("nadia@")[0].get_content()
    assert is_signed_in(sign_in("nadia@example.org"))


def test_the_mail_to_confirm_is_in_the_language_the_newcomer_chose(cast, as_, post_office):
    as_(None).post("/sign-up", data=newcomer(language="fr"))
    assert post_office.mails("nadia@")[0]["Content-Language"] == "fr"


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"name": ""}, "tell us your name"),
        ({"name": "\u0000\u0007 "}, "fill this in"),
        ({"email": "nowhere"}, "email"),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "password2024"}, "try this one first"),
        ({"password": "Nadia Benali 1"}, "try this one first"),
        ({"password": "x" * 5000}, "200 characters at most"),
        ({"is_adult": ""}, "adults only"),
        ({"accepts_charter": ""}, "read them"),
        ({"handle": "Ünï cödé"}, "small letters"),
        ({"handle": "bao"}, "has this short name"),
        ({"language": "xx"}, "Not a valid choice"),
        ({"invitation": "made-up"}, "has ended. You can make an account all the same"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_nothing_is_kept(cast, as_, wrong, complaint):
    answer = as_(None).post("/sign-up", data=newcomer(**wrong))
    assert answer.status_code == 422 and complaint.lower() in answer.text.lower()
    assert nadia() is None and db.session.scalar(select(func.count(OutboxRow.id))) == 0


def test_what_was_typed_is_kept_when_something_is_wrong_except_the_password(cast, as_):
    answer = as_(None).post("/sign-up", data=newcomer(is_adult=""))
    assert 'value="Nadia Benali"' in answer.text and PASSWORD not in answer.text


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(cast, as_, post_office):
    known = as_(None).post("/sign-up", data=newcomer(email="BAO@example.org"))
    unknown = as_(None).post("/sign-up", data=newcomer())
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert "already" in post_office.mails("bao@")[0]["Subject"]


def test_with_open_sign_up_a_confirmed_address_is_enough(cast, as_, post_office, sign_in, setting):
    setting("open")
    as_(None).post("/sign-up", data=newcomer())
    as_(None).get(post_office.link("nadia@"))
    assert is_signed_in(sign_in("nadia@example.org"))


def test_by_invitation_only_means_only_by_invitation(cast, as_, setting):
    setting("invitation")
    assert "by invitation" in as_(None).get("/sign-up").text
    assert as_(None).post("/sign-up", data=newcomer()).status_code == 422
    assert nadia() is None


def test_an_invitation_lets_one_person_in_once(cast, as_, post_office, sign_in, setting):
    setting("invitation")
    ana = as_(cast.ana)
    page = ana.post("/me/invitations", data={"email": "nadia@example.org"})
    assert "invitation=" in page.text
    path = post_office.link("nadia@")
    token = path.partition("invitation=")[2]
    assert "Nadia" not in as_(None).get(path).text
    assert as_(None).post("/sign-up", data=newcomer(invitation=token)).status_code == 302
    as_(None).get(post_office.link("nadia@"))
    assert is_signed_in(sign_in("nadia@example.org"))
    assert "Nadia Benali" in ana.get("/me/invitations").text
    second = as_(None).post("/sign-up", data=newcomer(email="second@example.org", invitation=token))
    assert second.status_code == 422


def test_who_comes_with_an_invitation_that_has_ended_is_told_before_they_type_and_can_ask_to_join(cast, as_):
    page = as_(None).get("/sign-up?invitation=made-up").text
    assert "You can make an account all the same" in page and 'value="made-up"' not in page
    page = as_(None).post("/sign-up", data=newcomer(invitation="made-up")).text
    assert 'value="Nadia Benali"' in page and 'value="made-up"' not in page, "nothing stands in the way now"
    assert as_(None).post("/sign-up", data=newcomer(invitation="")).status_code == 302


def test_where_joining_is_by_invitation_an_ended_one_is_told_of_before_they_type(cast, as_, setting):
    setting("invitation")
    page = as_(None).get("/sign-up?invitation=made-up").text
    assert "Please ask for a new one" in page and 'name="email"' not in page.partition("<main")[2]
    page = as_(None).post("/sign-up", data=newcomer(invitation="made-up")).text
    assert "Please ask for a new one" in page and 'value="Nadia Benali"' in page


def test_who_invites_by_mail_is_told_that_it_was_written(cast, as_):
    ana = as_(cast.ana)
    page = ana.post("/me/invitations", data={"email": "nadia@example.org"}).text
    assert (
        "We have written to nadia@example.org, with your name." in page and "Give this link to one person" not in page
    )
    page = ana.post("/me/invitations", data={"email": ""}).text
    assert "Give this link to one person" in page and "We have written to" not in page


def test_an_invitation_is_its_makers_to_take_back(cast, as_):
    operations.invite(by=cast.ana)
    db.session.commit()
    invitation = db.session.scalars(select(Invitation)).one()
    assert as_(cast.bao).post(f"/me/invitations/{invitation.id}/withdraw").status_code == 404
    assert as_(cast.ana).post(f"/me/invitations/{invitation.id}/withdraw").status_code == 303
    assert db.session.scalar(select(func.count(Invitation.id))) == 0


def test_a_failure_half_way_leaves_neither_a_member_nor_a_mail(cast, as_, app, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the lights went out")

    monkeypatch.setattr("forum.accounts.operations.arrive", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert as_(None).post("/sign-up", data=newcomer()).status_code == 500
    assert nadia() is None and db.session.scalar(select(func.count(OutboxRow.id))) == 0


@pytest.mark.parametrize(
    "path", ["/sign-up", "/sign-up/done", "/sign-in", "/reset", "/confirm", "/charter", "/privacy"]
)
def test_the_pages_on_the_way_in_are_whole_and_free_of_inline_script(cast, as_, path):
    page = as_(None).get(path)
    assert page.status_code == 200 and page.text.count("<h1") == 1
    assert "<style" not in page.text and "onclick" not in page.text and "<script>" not in page.text


@pytest.mark.parametrize(
    ("said", "kept"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("Africa/Dakar", "Africa/Dakar"), ("Mars/Olympus", "UTC"), ("", "UTC")],
)
def test_the_clock_a_newcomer_lives_by_is_what_their_browser_says(cast, as_, said, kept):
    assert 'name="time_zone"' in as_(None).get("/sign-up").text
    assert as_(None).post("/sign-up", data=newcomer(time_zone=said)).status_code == 302
    assert nadia().time_zone == kept
