"""/me/searches: kept, looked at, changed and let go, by plain forms, by nobody else."""

import json

from sqlalchemy import select

from forum.kernel.db import db
from forum.searches.letters import token_of
from forum.searches.models import SavedSearch
from tests.statements import statements


def the_search():
    return db.session.scalars(select(SavedSearch)).one()


def test_a_search_is_kept_from_the_results_and_let_go(as_, cast, indexed):
    client = as_(cast.bao)
    empty = client.get("/me/searches")
    assert "You keep no search yet" in empty.text
    assert 'action="/me/searches"' in client.get("/search?q=water&kind=thread").text
    assert 'action="/me/searches"' not in as_(None).get("/search?q=water").text
    assert client.post("/me/searches", data={"q": "water", "kind": "thread"}).status_code == 303
    search = the_search()
    assert (search.question, search.filters) == ("water", {"kind": ["thread"]})
    listed = client.get("/me/searches").text
    assert 'href="/search?q=water&amp;kind=thread"' in listed
    client.post("/me/searches", data={"q": "water", "across": "off"})
    assert 'href="/search?q=water&amp;across=off"' in client.get("/me/searches").text
    client.post(f"/me/searches/{search.id + 1}/delete")
    here = f"/me/searches/{search.id}"
    assert client.get(here).status_code == 200
    client.post(here, data={"name": "My water"})
    db.session.expire_all()
    assert (the_search().name, the_search().mails) == ("My water", False)
    assert client.post(f"{here}/seen").status_code == 303
    export = json.loads(client.get("/me/export.json").text)
    assert export["searches"][0]["question"] == "water"
    assert client.post(f"{here}/delete").status_code == 303
    assert db.session.scalars(select(SavedSearch)).all() == []


def test_nothing_is_kept_of_nothing(as_, cast):
    assert as_(cast.bao).post("/me/searches", data={"q": " "}).status_code == 422


def test_nobody_else_sees_or_changes_it(as_, cast):
    as_(cast.bao).post("/me/searches", data={"q": "water"})
    here = f"/me/searches/{the_search().id}"
    for other in (cast.ana, cast.sofia):
        client = as_(other)
        assert client.get(here).status_code == 404
        for deed in (here, f"{here}/seen", f"{here}/delete"):
            assert client.post(deed, data={"name": "x"}).status_code == 404
    assert as_(None).get("/me/searches").status_code in (302, 303, 401)
    assert the_search().name == "water"


def test_themes_and_regions_are_followed_from_their_pages(as_, cast):
    client = as_(cast.bao)
    for address, name, value in (
        (f"/themes/{cast.diversion.slug}", "theme", "diversion"),
        (f"/regions/{cast.andes.slug}", "region", "andes"),
    ):
        page = client.get(address).text
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    client.post("/me/searches", data={"q": "", "theme": "diversion"})
    assert the_search().filters == {"theme": ["diversion"]}


def test_it_is_named_after_its_filters_in_the_members_language(as_, cast):
    client = as_(cast.bao)
    client.post("/me/searches", data={"q": "water", "kind": ["thread", "resource"]})
    client.post("/me/searches?lang=fr", data={"q": "water", "kind": "resource", "language": "fr"})
    client.post("/me/searches", data={"region": cast.andes.slug, "within": "group/1"})
    names = db.session.scalars(select(SavedSearch.name).order_by(SavedSearch.id)).all()
    assert names == ["water · Thread · Resource", "water · Ressource · Français", cast.andes.label("fr")]


def test_one_click_in_a_mail_stops_it(app, as_, cast):
    as_(cast.bao).post("/me/searches", data={"q": "water"})
    address = f"/searches/stop/{token_of(cast.bao)}"
    assert as_(None).get(address).status_code == 200
    db.session.expire_all()
    assert the_search().mails, "looking at the page stops nothing"
    assert as_(None).post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    db.session.expire_all()
    assert not the_search().mails
    for answer in (as_(None).get("/searches/stop/forged"), as_(None).post("/searches/stop/forged")):
        assert answer.status_code == 404
        assert "a part of it is missing" in answer.text and 'href="/me/settings/mail"' in answer.text


def test_the_list_takes_few_statements_however_long_it_is(as_, cast):
    client = as_(cast.bao)
    for number in range(12):
        client.post("/me/searches", data={"q": f"water {number}"})
    client.get("/me/searches")
    with statements() as run:
        client.get("/me/searches")
    assert len(run) <= 6, run
    assert not any(statement.startswith(("INSERT", "UPDATE", "DELETE")) for statement in run)
