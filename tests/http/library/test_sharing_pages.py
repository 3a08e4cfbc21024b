"""Sharing in the browser: what works, what comes back and with what, and that nothing sent is sent twice."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import create_engine, text

from forum.entries.models import Visibility
from forum.extraction.types import PDF
from forum.inbound.models import ReceivedMail
from forum.kernel.blobs import StoreTrouble
from forum.kernel.db import db
from forum.library import receiving
from forum.library.models import PendingFile, Reading, Resource, ResourceFile
from forum.library.queries import files_of
from forum.library.views import taking
from forum.web.presentation import size
from tests import sent_files

FORM = {
    "title": "A guide to diversion",
    "language": "en",
    "type": "guideline",
    "licence": "cc-by",
    "audience": "public",
    "url": "",
}


def upload(content: bytes | None = None, name: str = "guide.pdf"):
    return io.BytesIO(sent_files.pdf() if content is None else content), name


def only() -> Resource:
    return db.session.query(Resource).one()


def tokens(page: str) -> list[str]:
    return re.findall(r'name="pending" value="([^"]+)"', page)


def test_where_files_cannot_be_kept_what_was_typed_beside_them_comes_back(cast, as_, monkeypatch):
    def fail(*_args, **_values):
        raise StoreTrouble("the bucket cannot be reached")

    monkeypatch.setattr(taking, "receive", fail)
    answer = as_(cast.bao).post("/library/new", data={**FORM, "abstract": "MARKER words", "files": upload()})
    assert answer.status_code == 503 and "Files cannot be reached at the moment" in answer.text
    assert "MARKER words" in answer.text and "A guide to diversion" in answer.text
    assert "you can copy it from here" in answer.text and "Send it again" not in answer.text


def test_a_member_shares_a_file_and_is_led_to_it(cast, as_):
    answer = as_(cast.bao).post("/library/new", data={**FORM, "files": upload()})
    assert answer.status_code == 303 and answer.location == f"/library/{only().id}"
    [file] = files_of(only())
    assert (file.media_type, file.name) == (PDF, "guide.pdf")
    page = as_(None).get(answer.location).text
    assert "guide.pdf" in page and "A guide to diversion" in page


def test_everything_that_can_be_said_is_kept(cast, as_):
    said = {
        **FORM,
        "url": "example.org/guide",
        "people": "Quispe, Rosa\nDiop, Awa (editor)",
        "organisations": "Terre des hommes",
        "publisher": "Press",
        "issued": "2019-11",
        "languages": ["en", "es"],
        "themes": [str(cast.diversion.id)],
        "regions": [str(cast.andes.id)],
        "populations": ["girls"],
        "abstract": "What <b>works</b>.",
        "alternative_titles": "Guía\nGuide",
    }
    assert as_(cast.bao).post("/library/new", data=said).status_code == 303
    resource = only()
    assert resource.url == "https://example.org/guide" and resource.year == 2019
    assert [(c.name, c.contribution, c.is_organisation) for c in resource.contributors] == [
        ("Quispe, Rosa", "author", False),
        ("Diop, Awa", "editor", False),
        ("Terre des hommes", "author", True),
    ]
    page = as_(None).get(f"/library/{resource.id}").text
    for words in ("Diop, Awa", "Terre des hommes", "Press", "2019-11", "Girls", "Guía", "&lt;b&gt;works", "Spanish"):
        assert words in page


def test_names_and_dates_are_understood_from_an_arabic_keyboard(cast, as_):
    said = {
        **FORM,
        "people": "مطر، محمد\nحداد، ليلى (محررة)\nSouza, Ana (tradutora)",
        "issued": "٢٠١٩-١١",
        "url": "https://example.org",
    }
    assert as_(cast.bao).post("/library/new", data=said).status_code == 303
    resource = only()
    assert (resource.issued, resource.year) == ("2019-11", 2019)
    assert [c.contribution for c in resource.contributors] == ["author", "editor", "translator"]
    visitor = as_(None)
    ris, csl = (visitor.get(f"/library/{resource.id}.{form}").text for form in ("ris", "json"))
    assert "AU  - مطر, محمد" in ris and "PY  - 2019" in ris
    assert '"family": "مطر"' in csl and '"given": "ليلى"' in csl


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"title": ""}, "Give it its title."),
        ({"title": "x" * 401}, "below 400 letters"),
        ({"url": "javascript:alert(1)"}, "Write the whole address"),
        ({"url": "https://"}, "Write the whole address"),
        ({"issued": "last year"}, "Write a year"),
        ({"issued": "2019-02-31"}, "Write a year"),
        ({"issued": "9999"}, "9999 is still far off."),
        ({"people": "x" * 201}, "one name on each line"),
        ({"type": "nothing"}, "Not a valid choice"),
        ({"licence": "mine"}, "Not a valid choice"),
        ({"audience": "group:inner-circle"}, "Not a valid choice"),
    ],
)
def test_a_form_with_a_mistake_comes_back_with_all_that_was_typed(cast, as_, wrong, sentence):
    typed = {**FORM, "url": "https://example.org/x", "abstract": "MARKER-TYPED", "publisher": "MARKER-TOO", **wrong}
    answer = as_(cast.bao).post("/library/new", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text and 'role="alert"' in answer.text
    assert "MARKER-TYPED" in answer.text and "MARKER-TOO" in answer.text
    assert db.session.query(Resource).count() == 0


def test_neither_file_nor_address_is_said_beside_the_field(cast, as_):
    answer = as_(cast.bao).post("/library/new", data=FORM)
    assert answer.status_code == 422 and "Choose a file, or give the address" in answer.text


def test_a_file_in_a_form_with_a_mistake_need_not_be_sent_again(cast, as_):
    client = as_(cast.bao)
    answer = client.post("/library/new", data={**FORM, "issued": "soon", "files": upload()})
    assert answer.status_code == 422 and "guide.pdf" in answer.text
    [token] = tokens(answer.text)
    answer = client.post("/library/new", data={**FORM, "pending": token})
    assert answer.status_code == 303 and len(files_of(only())) == 1
    assert db.session.query(PendingFile).count() == 0


def test_the_file_of_somebody_else_does_not_come_with_its_token(cast, as_):
    [token] = tokens(as_(cast.bao).post("/library/uploads", data={"files": upload()}).text)
    answer = as_(cast.dora).post("/library/new", data={**FORM, "pending": token})
    assert answer.status_code == 422 and "guide.pdf" not in answer.text


def test_files_are_sent_ahead_one_by_one_and_can_be_taken_out(cast, as_):
    client = as_(cast.bao, htmx=True)
    first = client.post("/library/uploads", data={"files": upload()})
    assert first.status_code == 200 and "<html" not in first.text
    second = client.post(
        "/library/uploads", data={"pending": tokens(first.text), "files": upload(b"notes", "notes.txt")}
    )
    assert len(tokens(second.text)) == 2
    browser = as_(cast.bao)
    left = browser.post("/library/new", data={**FORM, "pending": tokens(second.text), "drop": tokens(first.text)[0]})
    assert left.status_code == 200 and "notes.txt" in left.text and "guide.pdf" not in left.text
    assert FORM["title"] in left.text


def test_an_unacceptable_file_is_named_and_the_good_one_stays(cast, as_):
    data = {**FORM, "files": [upload(), upload(b"MZ\x00\x01program", "setup.exe")]}
    answer = as_(cast.bao).post("/library/new", data=data)
    assert answer.status_code == 422
    assert "“setup.exe” is none of these" in answer.text and "PDF, Word (docx)" in answer.text
    assert len(tokens(answer.text)) == 1 and 'aria-invalid="true"' in answer.text


def test_limits_are_the_round_sizes_people_read(app):
    limits = (receiving.MOST, app.config["MAX_CONTENT_LENGTH"], ReceivedMail.LARGEST)
    with app.test_request_context():
        assert [size(limit) for limit in limits] == [f"{receiving.MEGABYTES} MB", "2 MB", "25 MB"]
        assert limits == (50 * 10**6, 2 * 10**6, 25 * 10**6)


def test_a_file_slightly_too_large_is_answered_beside_its_field(cast, as_, monkeypatch):
    monkeypatch.setattr(receiving, "MOST", 100)
    answer = as_(cast.bao).post("/library/new", data={**FORM, "abstract": "MARKER-TYPED", "files": upload()})
    assert answer.status_code == 422 and "at most 50 MB" in answer.text and "MARKER-TYPED" in answer.text


def test_large_requests_are_for_uploads_of_members_alone(app, cast, as_, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 50_000)
    large = b"x" * 100_000
    assert as_(cast.bao).post("/library/uploads", data={"files": upload(large, "x.txt")}).status_code == 200
    assert as_(cast.bao).post(f"/threads/{cast.thread.id}/replies", data={"files": upload(large)}).status_code == 413
    assert as_(None).post("/library/uploads", data={"files": upload(large)}).status_code == 413


def test_a_request_beyond_all_measure_is_told_what_to_do(cast, as_, monkeypatch):
    monkeypatch.setattr("forum.web.uploads.MOST", 1000)
    answer = as_(cast.bao).post("/library/uploads", data={"files": upload(b"x" * 2000, "x.txt")})
    assert answer.status_code == 413 and "each below 50 MB" in answer.text


def test_a_title_is_guessed_from_the_file_and_shown_before_it_is_shared(cast, as_):
    client = as_(cast.bao)
    answer = client.post("/library/new", data={**FORM, "title": "", "files": upload(name="my_guide-to diversion.pdf")})
    assert answer.status_code == 422 and 'value="My guide to diversion"' in answer.text
    answer = client.post(
        "/library/new", data={**FORM, "title": "My guide to diversion", "pending": tokens(answer.text)}
    )
    assert answer.status_code == 303


def test_the_same_bytes_lead_to_where_they_are(cast, make, as_):
    there = make.resource("There already", by=cast.ana)
    make.file(there, sent_files.pdf(), "guide.pdf")
    db.session.commit()
    answer = as_(cast.bao).post("/library/new", data={**FORM, "files": upload()})
    assert answer.status_code == 422
    assert "already in the library: There already" in answer.text and f'href="/library/{there.id}"' in answer.text


def test_bytes_one_may_not_see_are_not_betrayed(cast, make, as_):
    there = make.resource("MARKER", by=cast.ana, visibility=Visibility.GROUP, group_id=cast.closed_group.id)
    make.file(there, sent_files.pdf(), "MARKER.pdf")
    db.session.commit()
    answer = as_(cast.bao).post("/library/new", data={**FORM, "files": upload()}, follow_redirects=True)
    assert answer.status_code == 200 and "MARKER" not in answer.text


def test_a_title_that_looks_like_another_asks_first(cast, make, as_):
    there = make.resource("A Guide to Diversion", by=cast.ana)
    db.session.commit()
    client = as_(cast.bao)
    answer = client.post("/library/new", data={**FORM, "files": upload()})
    assert answer.status_code == 422 and "This looks like" in answer.text and f"/library/{there.id}" in answer.text
    answer = client.post("/library/new", data={**FORM, "pending": tokens(answer.text), "another": "1"})
    assert answer.status_code == 303


def test_what_looks_like_it_is_shown_while_typing_and_only_what_one_may_see(cast, make, as_):
    make.resource("A Guide to Diversion", by=cast.ana, visibility=Visibility.GROUP, group_id=cast.closed_group.id)
    db.session.commit()
    address = "/library/alike?title=a+guide+to+diversion"
    assert "This looks like" in as_(cast.ana, htmx=True).get(address).text
    assert "This looks like" not in as_(cast.bao, htmx=True).get(address).text
    assert "Nothing in the library looks like it" in as_(cast.bao).get(address).text


def test_a_file_can_describe_itself_first(cast, as_):
    client = as_(cast.bao)
    answer = client.post("/library/new", data={**FORM, "title": "", "first": "1", "files": upload()})
    draft = only()
    assert answer.location == f"/library/{draft.id}/edit"
    assert (draft.visibility, draft.title) == (Visibility.DRAFT, "Guide")
    assert as_(cast.dora).get(f"/library/{draft.id}").status_code == 404
    page = client.get(f"/library/{draft.id}/edit").text
    assert f'hx-get="/library/{draft.id}/suggested"' in page and "is being read" in page
    [file] = files_of(draft)
    file.reading, file.suggested = (
        "read",
        {"title": "A guide to diversion", "authors": ["Quispe, Rosa"], "issued": "2019", "language": "es"},
    )
    db.session.commit()
    ready = as_(cast.bao, htmx=True).get(f"/library/{draft.id}/suggested").text
    assert "Quispe, Rosa" in ready and "hx-trigger" not in ready
    filled = client.post(
        f"/library/{draft.id}/edit", data={**FORM, "title": "Guide", "publisher": "MARKER-TYPED", "use": "all"}
    )
    assert filled.status_code == 200
    for words in (
        'value="A guide to diversion"',
        "Quispe, Rosa",
        'value="2019"',
        '<option selected value="es">',
        "MARKER-TYPED",
    ):
        assert words in filled.text
    answer = client.post(f"/library/{draft.id}/edit", data={**FORM, "version": "1"})
    assert answer.status_code == 303
    assert as_(None).get(f"/library/{draft.id}").status_code == 200


def test_languages_that_are_described_already_are_not_suggested_in_another_order(cast, as_):
    there = as_(cast.bao).post("/library/new", data={**FORM, "languages": ["en", "es"], "files": upload()}).location
    file = files_of(only())[0]
    file.reading, file.suggested = Reading.READ, {"language": "es"}
    db.session.commit()
    assert "What the file says of itself" not in as_(cast.bao).get(there).text
    file.suggested = {"language": "fr"}
    db.session.commit()
    assert "What the file says of itself" in as_(cast.bao).get(there).text


def test_a_group_reads_what_is_shared_with_it_and_nobody_else(cast, as_):
    answer = as_(cast.ana).post("/library/new", data={**FORM, "audience": "group:inner-circle", "files": upload()})
    assert answer.status_code == 303
    assert as_(cast.ana).get(answer.location).status_code == 200
    assert as_(cast.bao).get(answer.location).status_code == 404


def test_files_are_added_and_replaced_by_the_author(cast, as_):
    client = as_(cast.bao)
    there = client.post("/library/new", data={**FORM, "files": upload()}).location
    data = {"files": upload(b"la version espanola", "guia.txt"), "language": "es", "note": "En español"}
    assert client.post(f"{there}/files/new", data=data).status_code == 303
    data = {"files": upload(sent_files.pdf("Better"), "guide.pdf"), "replaces": "1", "note": "Put right"}
    assert client.post(f"{there}/files/new", data=data).status_code == 303
    assert [(f.number, f.language) for f in files_of(only())] == [(3, None), (2, "es")], "in the place of the first"
    page = as_(None).get(there).text
    assert "Earlier versions of files" in page and "Put right" in page
    assert client.post(f"{there}/files/new", data={}).status_code == 422
    again = {"files": upload(b"other words", "x.txt")}
    assert as_(cast.dora).post(f"{there}/files/new", data=again).status_code == 403


def test_no_database_lock_is_held_while_bytes_travel(app, cast, as_, monkeypatch):
    """Another connection can write at the moment the store takes the bytes."""
    url, wrote = db.engine.url, []

    def while_storing(source, name):
        other = create_engine(url, connect_args={"timeout": 0.2} if url.drivername.startswith("sqlite") else {})
        with other.begin() as connection:
            connection.execute(text("UPDATE member SET name = name"))
            wrote.append(True)
        other.dispose()
        return receiving.receive(source, name)

    monkeypatch.setattr("forum.library.views.taking.receive", while_storing)
    assert as_(cast.bao).post("/library/uploads", data={"files": upload()}).status_code == 200
    assert wrote == [True]


def test_a_visitor_is_asked_to_sign_in(as_, cast):
    assert "/sign-in" in as_(None).get("/library/new").location
    assert as_(None).post("/library/new", data=FORM).status_code == 303
    assert db.session.query(Resource).count() == 0 and db.session.query(ResourceFile).count() == 0
