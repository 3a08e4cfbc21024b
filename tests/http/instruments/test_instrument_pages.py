"""Pages of treaties and rules, and the links that lead to them."""

from __future__ import annotations

import pytest

from forum.entries.models import Visibility
from forum.instruments import operations
from forum.kernel.db import db, save
from forum.kernel.text import RENDERED_BY
from forum.library.models import FilePage, Licence, Reading, Resource, ResourceFile
from forum.threads.operations import rendered


@pytest.fixture
def cited(make, cast):
    """A public resource, a draft and a private post that cite article 40."""
    rows = [
        save(Resource(title="A public study", type="report", abstract="Article 40(3) of the CRC asks for more.")),
        save(Resource(title="MARKER-DRAFT", type="report", abstract="CRC art. 40(3)", visibility=Visibility.DRAFT)),
        make.post(cast.closed_thread, by=cast.ana, body="MARKER-POST CRC art. 40"),
        make.post(cast.thread, by=cast.ana, body="And CRC art. 12."),
    ]
    operations.note(operations.cited_by([row.id for row in rows]))
    db.session.commit()
    return rows


def test_an_instrument_says_who_cites_it(cited, as_):
    html = as_(None).get("/instruments/CRC").text
    assert "A public study" in html and "art. 40(3)" in html and "Water in custody · 2" in html
    assert "MARKER" not in html and "Between us" not in html
    assert "https://undocs.org/A/RES/44/25" in html


def test_the_list_is_narrowed_to_a_provision_and_what_is_below_it(cited, as_):
    html = as_(None).get("/instruments/CRC?provision=40").text
    assert "A public study" in html and "Water in custody" not in html
    assert "A public study" not in as_(None).get("/instruments/CRC?provision=4").text
    assert "Everything that cites it" in as_(None).get("/instruments/crc?provision=41").text


def test_it_is_narrowed_to_a_kind_in_part_for_htmx(cited, as_):
    part = as_(None).get("/instruments/CRC?kind=post", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<section id="found"') and "Water in custody · 2" in part and "study" not in part


def test_who_belongs_to_the_group_sees_its_post_cite(cited, cast, as_):
    assert "Between us" in as_(cast.ana).get("/instruments/CRC").text
    for other in (cast.dora, cast.bao):
        assert "Between us" not in as_(other).get("/instruments/CRC").text


def test_an_instrument_nobody_cites_says_so_and_shows_the_way_back(app, as_):
    html = as_(None).get("/instruments/TOKYO").text
    assert "Nothing here cites it yet" in html and 'href="/instruments"' in html


@pytest.mark.parametrize("path", ["/instruments/NOPE", "/instruments/CRC?page=9", "/instruments/CRC?page=x"])
def test_what_is_not_there_is_not_found(app, as_, path):
    assert as_(None).get(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["provision=%00", "provision='", "provision=40%25", "kind=member", "provision=(((((("]
)
def test_strange_filters_are_no_filters(cited, as_, query):
    assert as_(None).get(f"/instruments/CRC?{query}").status_code == 200


@pytest.mark.parametrize(
    "language,name", [("es", "Convención sobre los Derechos del Niño"), ("ar", "اتفاقية حقوق الطفل")]
)
def test_an_instrument_is_called_as_its_reader_calls_it(app, as_, language, name):
    assert name in as_(None).get(f"/instruments/CRC?lang={language}").text
    assert name in as_(None).get(f"/instruments?lang={language}").text


def test_the_resource_that_is_the_instrument_is_offered(record, as_):
    html = as_(None).get("/instruments/BEIJING").text
    assert "In the library" in html


def test_a_post_links_what_it_cites(app):
    html = rendered("As *CRC art. 40(3)* and `CRC art. 1` say; [CRC art. 2](https://example.org).").html
    assert '<a href="/instruments/CRC?provision=40(3)" class="citation">CRC art. 40(3)</a>' in html
    assert html.count("citation") == 1


def test_a_recommendation_and_an_abstract_link_what_they_cite(record, cited, as_):
    assert 'class="citation" href="/instruments/CRC?provision=40(3)"' in as_(None).get(f"/library/{cited[0].id}").text


def test_old_posts_are_rendered_anew(app):
    assert RENDERED_BY == "commonmark-2", "who changes what a text becomes moves this, so that old posts follow"


def test_a_page_of_a_file_that_cites_it_is_one_step_away(make, cast, as_):
    resource = save(Resource(title="A report", type="report", licence=Licence.CC_BY))
    file = save(ResourceFile(
        resource_id=resource.id, number=1, name="a.pdf", media_type="application/pdf", size=1, sha256="0" * 64,
        blob_key="k", reading=Reading.READ, page_count=2,
    ))  # fmt: skip
    for number, words in ((1, "Nothing."), (2, "CRC art. 37 is read so.")):
        save(FilePage(file_id=file.id, number=number, text=words, language="en"))
    operations.note(operations.cited_by([resource.id]))
    db.session.commit()
    address = f"/library/{resource.id}/files/1/pages/2"
    assert f'href="{address}"' in as_(None).get("/instruments/CRC").text
    page = as_(None).get(address)
    assert page.status_code == 200 and "CRC art. 37" in page.text
