"""Edits, suggestions and ties in the browser."""

from __future__ import annotations

import pytest

from forum.accounts.models import Member
from forum.entries.models import Link
from forum.kernel import jobs
from forum.kernel.db import db
from forum.kernel.events import HANDLERS, KINDS
from forum.kernel.mail import Message
from forum.library.models import SuggestedEdit, Verdict
from forum.library.words import LICENCES

EDIT = {
    "title": "Diversion in the Andes",
    "language": "en",
    "type": "report",
    "licence": "cc-by",
    "audience": "public",
    "url": "https://example.org/report",
    "version": "1",
}


@pytest.fixture
def mine(cast, make):
    resource = make.resource(by=cast.bao)
    db.session.commit()
    return resource


@pytest.fixture
def sent(monkeypatch):
    letters: list[Message] = []
    monkeypatch.setattr("forum.kernel.mail.promise", letters.append)
    return letters


def work() -> None:
    """What the worker does for the library, in this session: others close theirs."""
    db.session.commit()
    for job in jobs.claim(100):
        if job.handler.startswith("forum.library.handlers."):
            HANDLERS[job.event][job.handler](KINDS[job.event](**job.payload))
    db.session.commit()


def test_the_author_edits_and_what_changed_can_be_read(cast, as_, mine):
    page = as_(cast.bao).get(f"/library/{mine.id}/edit").text
    assert 'value="Diversion in the Andes"' in page
    data = {**EDIT, "title": "Diversion in the high Andes", "what_changed": "Higher"}
    assert as_(cast.bao).post(f"/library/{mine.id}/edit", data=data).status_code == 303
    page = as_(None).get(f"/library/{mine.id}/versions").text
    assert "<ins>" in page and "Higher" in page
    assert f"/library/{mine.id}/versions" in as_(None).get(f"/library/{mine.id}").text


def test_what_was_chosen_is_compared_as_a_whole(cast, as_, mine):
    mine.licence = "unknown"
    db.session.commit()
    as_(cast.bao).post(f"/library/{mine.id}/edit", data=EDIT)
    page = as_(None).get(f"/library/{mine.id}/versions").text
    before, after = str(LICENCES["unknown"]), str(LICENCES["cc-by"])
    assert f"<del>{before}</del> <ins>{after}</ins>" in page


def test_an_edit_of_an_old_version_is_refused(cast, as_, mine):
    as_(cast.bao).post(f"/library/{mine.id}/edit", data={**EDIT, "title": "First"})
    assert as_(cast.chidi).post(f"/library/{mine.id}/edit", data={**EDIT, "title": "Second"}).status_code == 409


def test_others_do_not_edit(cast, as_, mine):
    for deed in ("edit", "ties", "files/new", "suggested"):
        assert as_(cast.dora).get(f"/library/{mine.id}/{deed}").status_code == 403
    assert as_(cast.dora).post(f"/library/{mine.id}/edit", data=EDIT).status_code == 403


def test_a_wrong_edit_comes_back_with_what_was_typed(cast, as_, mine):
    answer = as_(cast.bao).post(f"/library/{mine.id}/edit", data={**EDIT, "issued": "x", "abstract": "MARKER-TYPED"})
    assert answer.status_code == 422 and "MARKER-TYPED" in answer.text and "Write a year" in answer.text


def test_a_year_that_is_far_off_is_neither_saved_nor_suggested_but_may_stay(cast, as_, mine):
    for who, deed in ((cast.bao, "edit"), (cast.dora, "suggest")):
        answer = as_(who).post(f"/library/{mine.id}/{deed}", data={**EDIT, "issued": "2207", "what_changed": "I know"})
        assert answer.status_code == 422 and "2207 is still far off." in answer.text
    mine.issued = "2207"
    db.session.commit()
    assert as_(cast.bao).post(f"/library/{mine.id}/edit", data={**EDIT, "issued": "2207"}).status_code == 303


def suggest(as_, who: Member, resource, **changes):
    data = {**EDIT, "what_changed": "It is on the cover", "publisher": "UNICEF", **changes}
    return as_(who).post(f"/library/{resource.id}/suggest", data=data)


def test_a_suggestion_waits_is_accepted_and_its_author_is_told(cast, as_, mine, sent):
    assert suggest(as_, cast.dora, mine).status_code == 303
    work()
    assert [letter.to for letter in sent] == ["bao@example.org"]
    page = as_(cast.bao).get("/library/suggestions").text
    assert "UNICEF" in page and "It is on the cover" in page
    assert "1 suggested edit waits" in as_(cast.bao).get(f"/library/{mine.id}").text
    row = db.session.query(SuggestedEdit).one()
    sent.clear()
    assert as_(cast.bao).post(f"/library/suggestions/{row.id}/accept").status_code == 303
    work()
    db.session.refresh(mine)
    assert (mine.publisher, mine.version) == ("UNICEF", 2)
    assert [letter.to for letter in sent] == ["dora@example.org"] and "accepted" in sent[0].text
    assert as_(cast.chidi).post(f"/library/suggestions/{row.id}/accept").status_code == 409


def test_a_suggestion_sent_twice_waits_once(cast, as_, mine):
    for _ in range(2):
        assert suggest(as_, cast.dora, mine).status_code == 303
    first = db.session.query(SuggestedEdit).one()
    as_(cast.bao).post(f"/library/suggestions/{first.id}/decline", data={"answer": "The cover says Press."})
    assert suggest(as_, cast.dora, mine).status_code == 303
    assert db.session.query(SuggestedEdit).count() == 2


def test_declining_needs_a_reason_which_is_sent(cast, as_, mine, sent):
    suggest(as_, cast.dora, mine)
    row = db.session.query(SuggestedEdit).one()
    answer = as_(cast.chidi).post(f"/library/suggestions/{row.id}/decline", data={"answer": " "})
    assert answer.status_code == 422 and "Say why" in answer.text
    data = {"answer": "The cover says Press."}
    assert as_(cast.chidi).post(f"/library/suggestions/{row.id}/decline", data=data).status_code == 303
    work()
    db.session.refresh(mine)
    assert mine.publisher == "" and "The cover says Press." in sent[-1].text
    assert db.session.get_one(SuggestedEdit, row.id).verdict is Verdict.DECLINED
    assert "The cover says Press." in as_(cast.dora).get("/library/suggestions").text


def test_others_neither_see_nor_answer_suggestions(cast, as_, mine):
    suggest(as_, cast.dora, mine, publisher="MARKER")
    row = db.session.query(SuggestedEdit).one()
    assert "MARKER" not in as_(cast.youssef).get("/library/suggestions").text
    for deed in ("accept", "decline"):
        assert as_(cast.youssef).post(f"/library/suggestions/{row.id}/{deed}", data={"answer": "x"}).status_code == 403
        assert as_(cast.dora).post(f"/library/suggestions/{row.id}/{deed}", data={"answer": "x"}).status_code == 403


def test_a_suggestion_needs_a_difference_and_a_reason(cast, as_, mine):
    assert suggest(as_, cast.dora, mine, publisher="").status_code == 422
    answer = suggest(as_, cast.dora, mine, what_changed="")
    assert answer.status_code == 422 and "how you know" in answer.text and 'value="UNICEF"' in answer.text


def test_the_moderators_answer_for_the_record(cast, make, as_, sent):
    recorded = make.resource()
    db.session.commit()
    suggest(as_, cast.dora, recorded)
    work()
    assert {letter.to for letter in sent} == {"chidi@example.org", "sofia@example.org"}


def test_a_resource_is_tied_by_a_reference_and_shows_it_both_ways(cast, make, as_, mine):
    other = make.resource("Another report", by=cast.ana)
    db.session.commit()
    client = as_(cast.bao)
    data = {"relation": "cites", "about": str(other.id)}
    assert client.post(f"/library/{mine.id}/ties", data=data).status_code == 303
    assert "Another report" in as_(None).get(f"/library/{mine.id}").text
    back = as_(None).get(f"/library/{other.id}").text
    assert "Cited by" in back and "Diversion in the Andes" in back
    link = db.session.query(Link).filter_by(from_id=mine.id).one()
    assert client.post(f"/library/{mine.id}/ties/{link.id}/untie").status_code == 303
    assert "Another report" not in as_(None).get(f"/library/{mine.id}").text


def test_a_tie_to_what_one_may_not_see_is_a_tie_to_nothing(cast, as_, mine):
    data = {"relation": "about", "about": str(cast.closed_thread.id)}
    answer = as_(cast.bao).post(f"/library/{mine.id}/ties", data=data)
    assert answer.status_code == 422 and "There is nothing called" in answer.text and "Between us" not in answer.text


def test_a_tie_to_what_a_reader_may_not_see_is_not_shown_to_them(cast, as_, make):
    resource = make.resource(by=cast.ana)
    db.session.commit()
    data = {"relation": "about", "about": str(cast.closed_thread.id)}
    assert as_(cast.ana).post(f"/library/{resource.id}/ties", data=data).status_code == 303
    assert "Between us" in as_(cast.ana).get(f"/library/{resource.id}").text
    for who in (None, cast.bao):
        assert "Between us" not in as_(who).get(f"/library/{resource.id}").text


def test_a_form_to_tie_finds_by_words_and_says_what_is_missing(cast, make, as_, mine):
    make.resource("Water in custody: a study")
    db.session.commit()
    found = as_(cast.bao).post(
        f"/library/{mine.id}/ties", data={"relation": "about", "find": "1", "q": "custody study"}
    )
    assert found.status_code == 200 and "Water in custody: a study" in found.text
    assert as_(cast.bao).post(f"/library/{mine.id}/ties", data={"relation": "about"}).status_code == 422
