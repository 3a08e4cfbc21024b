"""/glossary and what hangs on it: read by everybody, changed by those who look after it."""

import pytest

from forum.glossary.models import Concept, TermSuggestion, Verdict
from forum.kernel.db import db, save

TERMS = {"terms-en": "diversion\nalternative handling", "terms-fr": "déjudiciarisation", "theme": "0", "version": "1"}


@pytest.fixture
def concept(cast):
    made = save(
        Concept(slug="diversion", terms={"en": ["diversion"], "ar": ["التحويل"]}, discouraged=["old word"], related=[])
    )
    db.session.commit()
    return made


def test_everybody_reads_it_and_finds_by_a_word_in_any_language(as_, cast, concept):
    for who in (None, cast.bao):
        assert "diversion" in as_(who).get("/glossary").text
    found = as_(None).get("/glossary?q=التحويل").text
    assert 'href="/glossary/diversion"' in found
    assert "No concept has such a term" in as_(None).get("/glossary?q=zzz").text
    part = as_(None).get("/glossary?q=diversion", headers={"HX-Request": "true"}).text
    assert "<html" not in part and 'id="concepts"' in part


def test_a_concept_s_page_shows_its_terms_with_their_direction(as_, concept):
    page = as_(None).get("/glossary/diversion").text
    assert 'lang="ar" dir="rtl"><b>التحويل</b>' in page and "<s dir" in page and "old word" in page
    assert as_(None).get("/glossary/no-such").status_code == 404
    assert as_(None).get("/glossary/diversion.ttl").content_type == "text/turtle; charset=utf-8"
    assert as_(None).get("/glossary.ttl").status_code == as_(None).get("/glossary.jsonld").status_code == 200


def test_who_looks_after_it_edits_in_the_browser(as_, cast, concept):
    assert "diversion" in as_(cast.ana).get("/glossary/diversion/edit").text
    answer = as_(cast.ana).post("/glossary/diversion/edit", data={**TERMS, "reason": "French was missing"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get(Concept, concept.id).terms["fr"] == ["déjudiciarisation"]
    history = as_(None).get("/glossary/diversion/history").text
    assert "French was missing" in history and "Make it so again" not in history
    assert "Make it so again" in as_(cast.ana).get("/glossary/diversion/history").text
    back = as_(cast.ana).post("/glossary/diversion/bring-back", data={"number": "1", "version": "2"})
    assert back.status_code == 303
    db.session.expire_all()
    assert "fr" not in db.session.get(Concept, concept.id).terms


@pytest.mark.parametrize(
    "typed", ["probation", "Probation order", "/glossary/probation", "http://localhost/glossary/probation", "المراقبة"]
)
def test_another_concept_is_named_as_people_would(as_, cast, concept, typed):
    save(Concept(slug="probation", terms={"en": ["probation order"], "ar": ["المراقبة"]}))
    for field in ("broader", "related"):
        data = {**TERMS, "reason": "x", field: typed, "version": str(concept.version)}
        assert as_(cast.ana).post("/glossary/diversion/edit", data=data).status_code == 303
        db.session.expire_all()
    assert concept.related == ["probation"]
    data = {"reason": "Same", "version": str(concept.version), "replaced_by": typed}
    assert as_(cast.ana).post("/glossary/diversion/retire", data=data).status_code == 303
    db.session.expire_all()
    assert concept.replaced_by == "probation"


def test_a_wrong_edit_says_so_and_keeps_what_was_typed(as_, cast, concept):
    answer = as_(cast.ana).post("/glossary/diversion/edit", data={**TERMS, "terms-en": "", "reason": "x"})
    assert (
        answer.status_code == 422 and "at least one English term" in answer.text and "déjudiciarisation" in answer.text
    )
    answer = as_(cast.ana).post("/glossary/diversion/edit", data={**TERMS, "reason": ""})
    assert answer.status_code == 422 and "others will read that" in answer.text
    answer = as_(cast.ana).post("/glossary/new", data={"terms-en": "diversion", "theme": "0"})
    assert answer.status_code == 422 and "already" in answer.text
    stale = as_(cast.ana).post("/glossary/diversion/edit", data={**TERMS, "version": "0", "reason": "x"})
    assert stale.status_code == 409


@pytest.mark.parametrize("path", ["edit", "retire"])
def test_others_are_told_that_it_is_not_theirs(as_, cast, concept, path):
    assert as_(cast.bao).get(f"/glossary/diversion/{path}").status_code == 403
    assert as_(cast.bao).post(f"/glossary/diversion/{path}", data=TERMS).status_code == 403
    assert as_(cast.bao).post("/glossary/diversion/bring-back", data={"number": "1", "version": "1"}).status_code in (
        403,
        404,
    )
    assert as_(None).get(f"/glossary/diversion/{path}").status_code in (302, 303)


def test_a_new_concept_and_a_retired_one(as_, cast, concept):
    assert as_(cast.chidi).post("/glossary/new", data={"terms-en": "Alternatives", "theme": "0"}).status_code == 303
    retired = as_(cast.chidi).post(
        "/glossary/diversion/retire", data={"reason": "Same", "version": "1", "replaced_by": "alternatives"}
    )
    assert retired.status_code == 303
    page = as_(None).get("/glossary/diversion").text
    assert "no longer used" in page and 'href="/glossary/alternatives"' in page
    assert 'href="/glossary/diversion"' not in as_(None).get("/glossary").text


def test_a_member_suggests_and_somebody_decides(as_, cast, concept):
    assert as_(cast.bao).post("/glossary/diversion/suggest", data={"words": " "}).status_code == 422
    assert as_(cast.bao).post("/glossary/diversion/suggest", data={"words": "Add a word <b>"}).status_code == 303
    assert as_(cast.bao).post("/glossary/diversion/suggest", data={"words": "Add a word <b>"}).status_code == 303
    suggestion = db.session.query(TermSuggestion).one()
    assert "Add a word &lt;b&gt;" in as_(cast.ana).get("/glossary/suggestions").text
    assert as_(cast.bao).get("/glossary/suggestions").status_code == 403
    declined = as_(cast.ana).post(f"/glossary/suggestions/{suggestion.id}", data={"verdict": "declined", "answer": ""})
    assert declined.status_code == 422 and "Say why not" in declined.text
    taken = as_(cast.ana).post(f"/glossary/suggestions/{suggestion.id}", data={"verdict": "taken", "answer": "Yes"})
    assert taken.status_code == 303
    db.session.expire_all()
    assert db.session.get(TermSuggestion, suggestion.id).verdict is Verdict.TAKEN
    assert "No suggestion waits" in as_(cast.ana).get("/glossary/suggestions").text
