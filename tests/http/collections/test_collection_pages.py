"""Collections in the browser."""

from __future__ import annotations

import pytest

from forum.collections import operations
from forum.collections.models import Collection
from forum.entries.models import Visibility
from forum.kernel.db import db

FORM = {"title": "To begin with", "note": "For new judges.", "audience": "public"}


def only() -> Collection:
    return db.session.query(Collection).one()


def test_a_member_begins_one_from_a_resource_and_it_says_where_it_is(cast, make, as_):
    resource = make.resource("A first report")
    db.session.commit()
    client = as_(cast.bao)
    assert "Begin a collection with it" in client.get(f"/collections/choose?entry={resource.id}").text
    assert "A first report" in client.get(f"/collections/new?entry={resource.id}").text
    answer = client.post(f"/collections/new?entry={resource.id}", data=FORM)
    assert answer.status_code == 303
    page = as_(None).get(answer.location).text
    assert "A first report" in page and "For new judges." in page
    assert "To begin with" in as_(None).get("/collections").text
    assert "To begin with" in as_(None).get(f"/library/{resource.id}").text
    assert "To begin with" in client.get(f"/collections/choose?entry={resource.id}").text


def test_a_form_sent_twice_begins_one_and_another_title_another(cast, as_):
    client = as_(cast.bao)
    there = [client.post("/collections/new", data=FORM).location for _ in range(2)]
    assert there == [f"/collections/{only().id}"] * 2
    assert client.post("/collections/new", data={**FORM, "title": "To go on"}).location not in there
    assert as_(cast.dora).post("/collections/new", data=FORM).location not in there


def test_entries_are_put_in_moved_noted_and_taken_out(cast, make, as_):
    one, two = make.resource("One"), make.resource("Two")
    client = as_(cast.bao)
    there = client.post("/collections/new", data=FORM).location
    data = {"about": f"{one.id}, {two.id}", "note": "Both"}
    assert client.post(f"{there}/items", data=data).status_code == 303
    client.post(f"{there}/items/{two.id}", data={"deed": "up"})
    client.post(f"{there}/items/{two.id}", data={"deed": "note", "note": "MARKER-NOTE"})
    page = as_(None).get(there).text
    assert page.index("Two") < page.index("One") and "MARKER-NOTE" in page
    client.post(f"{there}/items/{two.id}", data={"deed": "remove"})
    assert "MARKER-NOTE" not in as_(None).get(there).text


def test_what_to_put_in_may_be_the_address_of_its_page(cast, make, as_):
    one, two = make.resource("One"), make.resource("Two")
    client = as_(cast.bao)
    there = client.post("/collections/new", data=FORM).location
    typed = f"http://localhost/library/{one.id}?page=2#text، /threads/{cast.thread.id}/posts/1 {one.id}"
    assert client.post(f"{there}/items", data={"about": typed}).status_code == 303
    page = as_(None).get(there).text
    assert "One" in page and cast.thread.title in page
    for elsewhere in (f"https://example.org/library/{two.id}", f"/members/{two.id}", "/library/"):
        assert client.post(f"{there}/items", data={"about": elsewhere}).status_code == 422
    eastern = str(two.id).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert client.post(f"{there}/items", data={"about": eastern}).status_code == 303


def test_mistakes_come_back_with_what_was_typed(cast, as_):
    client = as_(cast.bao)
    answer = client.post("/collections/new", data={**FORM, "title": "", "note": "MARKER-TYPED"})
    assert answer.status_code == 422 and "MARKER-TYPED" in answer.text
    there = client.post("/collections/new", data=FORM).location
    for typed, sentence in (("WC99-X", "There is nothing called"), ("", "Write the reference")):
        answer = client.post(f"{there}/items", data={"about": typed, "note": "MARKER-TYPED"})
        assert answer.status_code == 422 and sentence in answer.text and "MARKER-TYPED" in answer.text
    assert client.post(f"{there}/items/1", data={"deed": "up"}).status_code == 404


def test_others_may_look_and_not_touch(cast, as_):
    there = as_(cast.bao).post("/collections/new", data=FORM).location
    stranger = as_(cast.dora)
    assert stranger.get(there).status_code == 200 and "Put something in" not in stranger.get(there).text
    assert stranger.get(f"{there}/edit").status_code == 403
    assert stranger.post(f"{there}/edit", data=FORM).status_code == 403
    assert stranger.post(f"{there}/items", data={"about": str(cast.thread.id)}).status_code == 403
    assert stranger.post(f"{there}/items/{cast.thread.id}", data={"deed": "remove"}).status_code == 403


@pytest.mark.parametrize(
    "visibility, opens_for",
    [
        (Visibility.MEMBERS, {"bao", "dora", "ana", "chidi", "sofia"}),
        (Visibility.GROUP, {"ana", "chidi", "sofia"}),
        (Visibility.DRAFT, {"ana", "sofia"}),
    ],
)
def test_a_collection_is_open_to_whom_it_is_meant_for(cast, make, as_, visibility, opens_for):
    made = operations.make_collection(
        title="MARKER", note="MARKER", visibility=visibility, by=cast.ana,
        group=cast.closed_group if visibility is Visibility.GROUP else None,
    )  # fmt: skip
    resource = make.resource()
    operations.put_in(made, resource, note="MARKER", by=cast.ana)
    db.session.commit()
    for who in ("visitor", "bao", "dora", "ana", "chidi", "sofia"):
        client = as_(getattr(cast, who, None))
        pages = [client.get(url) for url in (f"/collections/{made.id}", "/collections", f"/library/{resource.id}")]
        assert pages[0].status_code == (200 if who in opens_for else 404)
        for found in pages:
            assert ("MARKER" in found.text) == (who in opens_for), (who, found.request.path)


def test_it_is_edited_by_its_maker(cast, as_):
    client = as_(cast.ana)
    there = client.post("/collections/new", data={**FORM, "audience": "group:andes"}).location
    assert 'value="To begin with"' in client.get(f"{there}/edit").text
    assert client.post(f"{there}/edit", data={**FORM, "title": "Later", "audience": "draft"}).status_code == 303
    assert (only().title, only().visibility, only().group_id) == ("Later", Visibility.DRAFT, None)
    assert as_(cast.bao).get(there).status_code == 404


def test_an_empty_library_of_collections_says_so(as_, cast):
    assert "There is no collection yet" in as_(None).get("/collections").text
