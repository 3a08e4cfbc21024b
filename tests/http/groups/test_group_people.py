"""Members, requests, founding and arranging, in the browser."""

import pytest

from forum.community.models import Group, GroupVisibility, Joining, MembershipRole, Profile, Shown
from forum.kernel.db import db, save


@pytest.fixture
def careful(cast, make):
    group = make.group("careful", joining=Joining.REQUEST)
    make.membership(cast.ana, group, MembershipRole.FACILITATOR)
    make.membership(cast.bao, group, joined_at=None, request_note="I *defend* children.")
    db.session.commit()
    return group


def test_the_member_list_shows_what_each_shows(cast, as_):
    save(Profile(member_id=cast.bao.id, organisation="BAO-ORG", shown_organisation=Shown.NOBODY))
    save(
        Profile(
            member_id=cast.ana.id,
            organisation="ANA-ORG",
            shown_in_directory=Shown.EVERYONE,
            shown_organisation=Shown.MEMBERS,
        )
    )
    db.session.commit()
    visitor, member = as_(None).get("/groups/andes/members").text, as_(cast.dora).get("/groups/andes/members").text
    assert "@ana" in visitor and "@bao" not in visitor and "ANA-ORG" not in visitor
    assert "@ana" in member and "@bao" in member and "ANA-ORG" in member and "BAO-ORG" not in member


def test_who_shows_themselves_to_nobody_is_seen_by_facilitators_only(cast, as_):
    save(Profile(member_id=cast.bao.id, shown_in_directory=Shown.NOBODY))
    db.session.commit()
    assert "@bao" not in as_(cast.dora).get("/groups/andes/members").text
    assert "@bao" in as_(cast.ana).get("/groups/andes/members").text
    assert "@bao" in as_(cast.bao).get("/groups/andes/members").text


def test_facilitators_see_and_answer_requests(cast, careful, as_):
    client = as_(cast.ana)
    assert "1 request to join" in client.get("/groups/careful").text
    assert "1 request to join" in client.get("/groups").text
    assert "request to join" not in as_(cast.bao).get("/groups").text
    assert "I *defend* children." in client.get("/groups/careful/requests").text
    assert client.post("/groups/careful/requests/bao/admit", data={"word": "x" * 501}).status_code == 422
    assert client.post("/groups/careful/requests/bao/admit", data={"word": "Welcome"}).status_code == 303
    assert "Nobody is waiting" in client.get("/groups/careful/requests").text
    assert "You are in this group" in as_(cast.bao).get("/groups/careful").text


def test_htmx_takes_the_answered_request_off_the_list(cast, careful, as_):
    response = as_(cast.chidi, htmx=True).post("/groups/careful/requests/bao/decline")
    assert response.status_code == 200 and "<html" not in response.text
    assert '<section id="requests"' in response.text and "Nobody is waiting" in response.text


@pytest.mark.parametrize("who, status", [(None, 303), ("bao", 403), ("dora", 403)])
def test_nobody_else_sees_or_answers_requests(cast, careful, as_, who, status):
    client = as_(getattr(cast, who) if who else None)
    assert client.get("/groups/careful/requests").status_code == status
    for deed in ("admit", "decline"):
        assert client.post(f"/groups/careful/requests/bao/{deed}").status_code == status
    for deed in ("remove", "facilitate", "relieve"):
        assert client.post(f"/groups/careful/members/ana/{deed}").status_code == status
    assert client.post("/groups/careful/members", data={"handle": "dora"}).status_code == status
    assert client.get("/groups/careful/edit").status_code == status
    assert client.post("/groups/careful/edit", data={"name": "Mine"}).status_code == status
    assert client.get("/groups/new").status_code == status
    assert client.post("/groups/new", data={"name": "Mine"}).status_code == status


def test_facilitators_bring_in_name_and_relieve(cast, as_):
    client = as_(cast.ana)
    here = "/groups/andes/members"
    assert client.post(here, data={"handle": "@dora"}).status_code == 303
    assert client.post(here, data={"handle": "nobody"}).status_code == 422
    assert client.post(here, data={"handle": ""}).status_code == 422
    assert client.post(f"{here}/dora/facilitate").status_code == 303
    assert client.post(f"{here}/ana/relieve").status_code == 303
    assert "You facilitate this group" in as_(cast.dora).get("/groups/andes").text
    assert as_(cast.dora).post(f"{here}/ana/remove").status_code == 303
    assert as_(cast.dora).post(f"{here}/ana/remove").status_code == 404


def test_a_moderator_founds_a_group_on_the_grid(cast, as_):
    client = as_(cast.chidi)
    assert client.get("/groups/new").status_code == 200
    form = {"name": "Sólo niñas", "region": cast.andes.id, "theme": cast.diversion.id}
    response = client.post("/groups/new", data=form | {"visibility": "members", "joining": "request"})
    assert (response.status_code, response.location) == (303, "/groups/solo-ninas")
    assert "Working group: Sólo niñas" in client.get("/groups").text


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 121}, {"visibility": "everybody"}, {"region": "9999"}, {"description": "x" * 2001}],
)
def test_a_wrong_form_comes_back_with_what_was_typed(cast, as_, wrong):
    form = {"name": "Kept name", "description": "Kept words", "visibility": "public", "joining": "open"}
    response = as_(cast.chidi).post("/groups/new", data=form | wrong)
    assert response.status_code == 422 and 'class="error"' in response.text
    assert "Kept name" in response.text or "name" in wrong


def test_turning_private_leaks_nothing_to_anybody_else(cast, as_):
    text = "Water in custody"
    assert text in as_(None).get("/groups/andes").text
    form = {"description": "Quiet now", "visibility": "private", "joining": "open"}
    assert as_(cast.ana).post("/groups/andes/edit", data=form).status_code == 303
    assert db.session.get(Group, cast.andes_group.id).visibility is GroupVisibility.PRIVATE
    for stranger in (None, cast.dora, cast.youssef):
        client = as_(stranger)
        for address in ("/", "/groups", "/threads", "/groups/andes", f"/threads/{cast.thread.id}"):
            shown = client.get(address).text
            assert text not in shown and "Quiet now" not in shown, address
    for insider in (cast.bao, cast.chidi, cast.sofia):
        assert text in as_(insider).get("/groups/andes").text
