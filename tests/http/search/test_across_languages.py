"""/search in the words of the glossary: one word finds the texts of five languages, and says so."""

import re

import pytest
from flask import g
from sqlalchemy import select

from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.glossary import operations
from forum.glossary.models import Concept
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.events import record
from forum.search import terms
from forum.search.commands import search_command

TERMS = {
    "en": ["diversion", "pre-trial diversion"],
    "es": ["remisión"],
    "fr": ["déjudiciarisation"],
    "ar": ["التحويل"],
    "pt": ["remissão"],
}
TEXTS = {
    "en": "Diversion came first in our court.",
    "es": "La remisión evita el juicio.",
    "fr": "La déjudiciarisation évite le procès.",
    "ar": "اخترنا التحويل بدلا من المحاكمة",
    "pt": "A remissão evita o processo.",
}


@pytest.fixture(autouse=True)
def _forget_other_glossaries():
    terms.lexicon._kept = None


@pytest.fixture
def concept(cast, make, indexed):
    """Five threads that say one thing in five languages."""
    made = save(Concept(slug="diversion", terms=TERMS, discouraged=["informal handling"]))
    for language, text in TEXTS.items():
        make.thread(by=cast.bao, within=cast.thread.group, title=f"Number {language}", body=text, language=language)
    for id in db.session.scalars(select(Entry.id)):
        record(EntryChanged(entry_id=id))
    db.session.commit()
    indexed()
    return made


def found(client, query: str, **fields) -> set[str]:
    g.pop("_flask_babel", None)
    page = client.get("/search", query_string={"q": query, **fields})
    assert page.status_code == 200
    return set(re.findall(r"Number (\w\w)</a>", page.text))


@pytest.mark.parametrize("word", ["diversion", "remisión", "déjudiciarisation", "التحويل", "remissão"])
def test_a_term_of_any_language_finds_the_texts_of_all(as_, concept, word):
    assert found(as_(None), word) == set(TEXTS)


def test_the_page_says_what_was_added_in_its_language_and_marks_it(as_, concept):
    page = as_(None).get("/search?q=diversion").text
    assert '<span lang="fr" dir="auto">déjudiciarisation</span>' in page
    assert '<a href="/glossary/diversion">' in page
    assert "<mark>remisión</mark>" in page and "<mark>التحويل</mark>" in page
    assert "pre-trial diversion" not in page


def test_quotes_and_a_minus_are_taken_at_their_word(as_, concept):
    assert found(as_(None), '"diversion"') == {"en"}
    assert found(as_(None), "evita -diversion") >= {"es", "pt"}
    assert 'id="across"' not in as_(None).get("/search?q=evita+-diversion").text


def test_a_reader_may_refuse_all_of_it_one_concept_or_languages(as_, concept):
    assert found(as_(None), "diversion", across="off") == {"en"}
    assert found(as_(None), "diversion", without="diversion") == {"en"}
    assert found(as_(None), "diversion", across=["es", "fr"]) == {"en", "es", "fr"}
    assert "/search?q=diversion&amp;across=off" in as_(None).get("/search?q=diversion").text


def test_wishes_go_along_with_facets_order_and_the_form(as_, concept):
    page = as_(None).get("/search?q=diversion&across=es&without=other&concept=diversion").text
    assert '<input type="hidden" name="across" value="es">' in page
    assert '<input type="hidden" name="without" value="other">' in page
    links = re.findall(r'href="(/search\?q=diversion[^"]*(?:language=|sort=date)[^"]*)"', page)
    assert links and all("across=es&amp;without=other&amp;concept=diversion" in link for link in links)


def test_wishes_alone_are_no_question(as_, concept):
    assert 'id="before"' in as_(None).get("/search?across=es").text


def test_what_holds_the_other_words_too_comes_first(as_, concept):
    page = as_(None).get("/search", query_string={"q": "diversion procès"}).text
    assert re.findall(r"Number (\w\w)</a>", page)[0] == "fr"
    assert "The first result holds all of these words" in page


def test_a_former_term_leads_to_the_one_in_use(as_, concept):
    page = as_(None).get("/search?q=informal+handling").text
    assert "“informal handling” is no longer used; we also searched “diversion”:" in page
    assert found(as_(None), "informal handling") == set(TEXTS)


def test_a_retired_concept_leads_to_the_one_that_replaced_it(as_, concept):
    save(Concept(slug="screening", terms={"en": ["screening out"]}, retired_at=clock.now(), replaced_by="diversion"))
    db.session.commit()
    assert "es" in found(as_(None), "screening out")


def test_a_word_of_two_meanings_asks_which(as_, concept):
    save(Concept(slug="detour", terms={"en": ["detour", "diversion"], "fr": ["déviation"]}))
    db.session.commit()
    page = as_(None).get("/search?q=diversion").text
    assert "“diversion” can mean …" in page and "concept=detour" in page and "déviation" in page
    assert found(as_(None), "diversion", concept="detour") == {"en"}
    assert found(as_(None), "diversion", concept="diversion") == set(TEXTS)


def test_an_edit_of_the_glossary_is_followed_without_indexing(as_, cast, concept):
    assert found(as_(None), "sidestep") == set()
    values = {"terms": {**TERMS, "en": ["diversion", "sidestep"]}, "reason": "Said here", "version": concept.version}
    operations.edit_concept(db.session.merge(concept), by=cast.sofia, **values)
    db.session.commit()
    assert found(as_(None), "sidestep") == set(TEXTS)


def test_the_command_line_says_it_too(app, concept):
    said = app.test_cli_runner().invoke(search_command, ["diversion"]).output
    assert "Also searched for diversion [diversion]: remisión (es)" in said


@pytest.mark.parametrize("odd", ["across=xx", "without=%00", "concept=" + "x" * 500, "across=&across=&without="])
def test_odd_wishes_are_no_error(as_, concept, odd):
    assert as_(None).get(f"/search?q=diversion&{odd}").status_code == 200


def test_a_concept_shows_what_speaks_of_it_to_whoever_may_see_it(as_, cast, concept, make, indexed):
    hidden = make.thread(
        by=cast.ana, within=cast.closed_group, title="MARKER", body="A remissão em segredo.", language="pt"
    )
    record(EntryChanged(entry_id=hidden.id))
    db.session.commit()
    indexed()
    assert 'hx-get="/search?using=diversion"' in as_(None).get("/glossary/diversion").text
    page = as_(None).get("/search?using=diversion").text
    assert set(re.findall(r"Number (\w\w)</a>", page)) == set(TEXTS)
    assert "MARKER" not in page and "<!doctype html>" in page
    assert "MARKER" in as_(cast.ana).get("/search?using=diversion").text
    part = as_(None).get("/search?using=diversion", headers={"HX-Request": "true"}).text
    assert "Number es" in part and "<!doctype" not in part
    assert as_(None).get("/search?using=none-such").status_code == 404
