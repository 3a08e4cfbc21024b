"""The secretariat brings a file in, in the browser."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from forum.imports.models import ImportBatch
from forum.kernel import jobs
from forum.kernel.db import db
from forum.library.models import Resource

GOOD = "title,date,url\nA study,2020,https://x.org/a\n<b>Wrong</b>,20x0,https://x.org/b\n"


def send(browser, text: str, name: str = "some.csv"):
    return browser.post("/library/import", data={"file": (io.BytesIO(text.encode()), name)})


def test_look_confirm_watch(cast, as_):
    sofia = as_(cast.sofia)
    answer = send(sofia, GOOD)
    assert answer.status_code == 303
    there = answer.location
    html = sofia.get(there).text
    assert "date: “20x0” is no date such as 2019, 2019-11 or 2019-11-04" in html and "&lt;b&gt;Wrong" in html
    assert db.session.scalar(select(Resource)) is None, "looking brings nothing in"
    assert "A study" not in sofia.get(f"{there}?outcome=wrong").text
    assert sofia.post(f"{there}/confirm").status_code == 303
    assert 'hx-trigger="every 2s"' in sofia.get(there).text
    jobs.drain()
    html = sofia.get(there).text
    assert "brought in" in html and "every 2s" not in html
    resource = db.session.scalar(select(Resource))
    assert resource.title == "A study" and f'href="/library/{resource.id}"' in html
    assert sofia.post(f"{there}/confirm").status_code == 409
    assert "some.csv" in sofia.get("/library/import").text


def test_columns_are_said_in_the_browser(cast, as_):
    sofia = as_(cast.sofia)
    there = send(sofia, "title,Wo\nA,https://x.org/a\n").location
    wrong = sofia.post(f"{there}/columns", data={"column-0": "", "column-1": "url"})
    assert wrong.status_code == 422 and "Say which column is the title." in wrong.text
    assert '<option value="url" selected>' in wrong.text, "what was chosen is kept"
    assert sofia.post(f"{there}/columns", data={"column-0": "title", "column-1": "url"}).status_code == 303
    assert "Bring 1 in" in sofia.get(there).text


def test_a_file_without_a_column_of_titles_is_given_one_in_the_browser(cast, as_):
    sofia = as_(cast.sofia)
    there = send(sofia, "Was,Wo\nA study,https://x.org/a\n").location
    html = sofia.get(there).text
    assert "No column of this file is called “title”. Say which column is the title." in html
    assert "<details open>" in html and "A study · https://x.org/a" in html
    assert "confirm" not in html and sofia.post(f"{there}/confirm").status_code == 409
    assert sofia.post(f"{there}/columns", data={"column-0": "title", "column-1": "url"}).status_code == 303
    html = sofia.get(there).text
    assert "Bring 1 in" in html and "<details open>" not in html and "Say which column" not in html


@pytest.mark.parametrize("text,name", [("", "a.csv"), ("x,y\n", "a.csv"), ("nonsense", "a.ris")])
def test_a_file_that_cannot_be_read_is_told_beside_the_field(cast, as_, text, name):
    answer = send(as_(cast.sofia), text, name)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert as_(cast.sofia).post("/library/import", data={}).status_code == 422


def test_it_is_for_the_secretariat(cast, as_):
    there = send(as_(cast.sofia), GOOD).location
    for who, status in ((None, 303), (cast.ana, 403), (cast.chidi, 403)):
        browser = as_(who)
        assert browser.get("/library/import").status_code == status
        assert browser.get(there).status_code == status
        assert browser.post(f"{there}/confirm").status_code == status
        assert browser.post(f"{there}/columns").status_code == status
        assert send(browser, GOOD).status_code == status
    assert db.session.query(ImportBatch).count() == 1 and db.session.scalar(select(Resource)) is None
    assert as_(cast.sofia).get("/library/import/999").status_code == 404
