"""The secretariat's desk: what it can do in the browser, what it is told when something is wrong, who else may."""

import re

import pytest
from sqlalchemy import select

from forum.entries.models import Entry
from forum.kernel.db import db, save
from forum.meetings.models import Congress, Meeting, MeetingState
from forum.recommendations.models import Recommendation, State

CONGRESS = {
    "title": "The seventh",
    "number": "7",
    "start_date": "2029-05",
    "stage": "planned",
    "meetings_label": "advisory",
}
WORDING = {"title": "Fewer cells", "text": "Close them.", "basis": "recommendation", "language": "en"}


@pytest.fixture
def meeting(cast):
    row = save(Meeting(reference="JWC-LIM20", title="Held", meeting_kind="regional", state=MeetingState.HELD))
    db.session.commit()
    return row


def the(kind):
    return db.session.scalar(select(kind))


def meeting_of(cast, **values):
    return {
        "title": "A meeting in Lima",
        "city": "Lima",
        "start_date": "2020-03",
        "congress_id": "0",
        "meeting_kind": "regional",
        "state": "held",
        "region_id": str(cast.andes.id),
        **values,
    }


def test_the_secretariat_adds_and_edits_a_congress(cast, as_):
    sofia = as_(cast.sofia)
    assert sofia.get("/congresses/new").status_code == 200
    response = sofia.post("/congresses/new", data=CONGRESS)
    assert (response.status_code, response.headers["Location"]) == (303, "/congresses/WC29")
    assert "May 2029" in as_(None).get("/congresses/WC29").text
    assert 'value="The seventh"' in sofia.get("/congresses/WC29/edit").text
    response = sofia.post("/congresses/WC29/edit", data={**CONGRESS, "title": "The seventh one", "start_date": "2030"})
    assert response.headers["Location"] == "/congresses/WC29"
    assert the(Congress).title == "The seventh one"


def test_dates_may_be_typed_in_the_digits_of_any_script(cast, as_):
    as_(cast.sofia).post("/congresses/new", data={**CONGRESS, "start_date": "٢٠٢٩-٠٥"})
    assert the(Congress).start_date == "2029-05"


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(cast, as_):
    sofia = as_(cast.sofia)
    for name, value in (
        ("start_date", "May 2029"),
        ("end_date", "2028"),
        ("title", ""),
        ("number", ""),
        ("source_url", "x"),
    ):
        response = sofia.post("/congresses/new", data={**CONGRESS, "theme": "Typed words", name: value})
        assert response.status_code == 422, name
        assert f'id="{name}-error"' in response.text and "Typed words" in response.text, name
    sofia.post("/congresses/new", data=CONGRESS)
    response = sofia.post("/congresses/new", data=CONGRESS)
    assert response.status_code == 422 and "Another congress has this number" in response.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        *(("es, EN", ["es", "en"]), ("", []), ("es klingon", None), ("Spanish", None)),
        ("ay mos fon kg", ["ay", "mos", "fon", "kg"]),
    ],
)
def test_languages_are_known_ones(cast, as_, typed, kept):
    answer = as_(cast.sofia).post("/meetings/new", data=meeting_of(cast, languages=typed, venue="Typed words"))
    if kept is None:
        assert answer.status_code == 422 and "is no code of a language" in answer.text and "Typed words" in answer.text
    else:
        assert answer.status_code == 303 and the(Meeting).languages == kept


def in_order(page: str) -> list[str]:
    """The names of fields, each once, as they stand on the page."""
    found = re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page.partition("<main")[2])
    return [name for name in dict.fromkeys(found) if name != "csrf_token"]


def test_what_it_is_comes_first_and_where_it_was_read_last(cast, meeting, as_):
    sofia = as_(cast.sofia)
    recommendation = in_order(sofia.get("/recommendations/new?of=JWC-LIM20").text)
    assert recommendation == [
        *("title", "text", "language", "basis", "addressed_to", "theme_ids", "source_url", "note", "verified")
    ]
    assert in_order(sofia.get("/meetings/new").text)[:5] == [
        "title",
        "congress_id",
        "meeting_kind",
        "region_id",
        "state",
    ]
    assert in_order(sofia.get("/congresses/new").text)[-3:] == ["source_url", "note", "verified"]


def test_themes_and_addressees_are_boxes_to_tick_and_languages_have_names(cast, meeting, as_):
    page = as_(cast.sofia).get("/recommendations/new?of=JWC-LIM20").text
    assert re.search(r'<input[^>]* name="theme_ids"[^>]* type="checkbox"', page) and "<select multiple" not in page
    assert '<option value="es">Spanish</option>' in page and '<option selected value="en">English</option>' in page


def test_countries_are_chosen_by_their_name_in_the_readers_language(cast, as_, make):
    make.country("NO", of=cast.andes, labels={"en": "Norway"})
    assert "Noruega</option>" in as_(cast.sofia).get("/meetings/new?lang=es").text


def test_the_secretariat_adds_and_edits_a_meeting(cast, as_):
    sofia = as_(cast.sofia)
    assert sofia.get("/meetings/new").status_code == 200
    response = sofia.post("/meetings/new", data=meeting_of(cast))
    assert (response.status_code, response.headers["Location"]) == (303, "/meetings/JWC-LIM20")
    assert sofia.post("/meetings/new", data=meeting_of(cast)).headers["Location"] == "/meetings/JWC-LIM20B"
    assert "March 2020" in as_(None).get("/meetings/JWC-LIM20").text
    assert sofia.get("/meetings/JWC-LIM20/edit").status_code == 200
    changed = meeting_of(cast, city="Quito", start_date="2020-03-31")
    assert sofia.post("/meetings/JWC-LIM20/edit", data=changed).headers["Location"] == "/meetings/JWC-LIM20"
    assert sofia.post("/meetings/JWC-LIM20/edit", data=meeting_of(cast, start_date="2020-13")).status_code == 422


def test_a_recommendation_goes_from_draft_to_adopted(cast, meeting, as_):
    sofia, visitor = as_(cast.sofia), as_(None)
    there = "/recommendations/JWC-LIM20-R01"
    assert sofia.get("/recommendations/new?of=jwc-lim20").status_code == 200
    assert sofia.post("/recommendations/new?of=JWC-LIM20", data={**WORDING, "text": ""}).status_code == 422
    assert sofia.post("/recommendations/new?of=JWC-LIM20", data=WORDING).headers["Location"] == there
    assert visitor.get(there).status_code == 404 and "This is a draft" in sofia.get(there).text
    draft, refused = sofia.get(there).text, sofia.post(f"{there}/adopt")
    assert "Cite it" not in draft
    assert refused.status_code == 409 and "Adopt this wording" not in draft
    for said in (draft, refused.text):
        assert "addressed to" in said and "needs a theme" in said, "all that is missing, at once"
    more = {**WORDING, "addressed_to": ["states"], "theme_ids": [cast.detention.id]}
    assert sofia.get(f"{there}/edit").status_code == 200
    assert sofia.post(f"{there}/edit", data=more).status_code == 303
    assert "Adopt this wording" in sofia.get(there).text
    assert sofia.post(f"{there}/adopt").headers["Location"] == there
    assert the(Recommendation).state is State.ADOPTED
    assert "Close them." in visitor.get(there).text and "Cite it" in visitor.get(there).text
    assert 'name="text"' not in sofia.get(f"{there}/edit").text
    assert sofia.post(f"{there}/edit", data={**more, "text": "Open more."}).status_code == 409
    db.session.expire_all()
    assert the(Recommendation).text == "Close them."


def test_where_an_adopted_recommendation_is_to_be_read_can_still_be_put_right(cast, meeting, as_):
    sofia, there = as_(cast.sofia), "/recommendations/JWC-LIM20-R01"
    more = {**WORDING, "addressed_to": ["states"], "theme_ids": [cast.detention.id]}
    sofia.post("/recommendations/new?of=JWC-LIM20", data=more)
    sofia.post(f"{there}/adopt")
    wrong = sofia.post(f"{there}/edit", data={"source_url": "somewhere", "note": "Page 3, I think."})
    assert wrong.status_code == 422 and "beginning with https://" in wrong.text and "Page 3, I think." in wrong.text
    right = {"source_url": "https://example.org/outcome.pdf", "note": "Page 3.", "verified": "y"}
    assert as_(cast.chidi).post(f"{there}/edit", data=right).status_code == 403
    assert sofia.post(f"{there}/edit", data=right).headers["Location"] == there
    row = the(Recommendation)
    assert (row.source_url, row.note, row.verified) == ("https://example.org/outcome.pdf", "Page 3.", True)
    assert (row.title, row.text, row.state) == ("Fewer cells", "Close them.", State.ADOPTED)
    assert "https://example.org/outcome.pdf" in as_(None).get(there).text
    assert f"{there}/edit" in sofia.get(there).text and f"{there}/edit" not in as_(None).get(there).text


def test_nobody_else_gets_to_the_desk(cast, meeting, as_):
    for path, data in (
        ("/congresses/new", CONGRESS),
        ("/meetings/new", meeting_of(cast)),
        ("/meetings/JWC-LIM20/edit", meeting_of(cast)),
        ("/recommendations/new?of=JWC-LIM20", WORDING),
    ):
        for who in (cast.ana, cast.bao, cast.chidi):
            assert as_(who).get(path).status_code == 403
            assert as_(who).post(path, data=data).status_code == 403
        assert "/sign-in" in as_(None).post(path, data=data).headers["Location"]
    assert db.session.scalars(select(Entry.reference).where(Entry.reference.is_not(None))).all() == ["JWC-LIM20"]


def test_an_unknown_source_is_not_found(cast, as_):
    assert as_(cast.sofia).get("/recommendations/new?of=NOWHERE").status_code == 404
    assert as_(cast.sofia).get("/recommendations/new").status_code == 404
