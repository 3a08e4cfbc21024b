"""The record to read: every page of it, for a visitor."""

import json
import re

from sqlalchemy import select

from forum.entries.models import Entry, Kind, Link, Relation, Visibility
from forum.kernel.db import db, save
from forum.library.models import Resource
from forum.recommendations.models import Recommendation
from tests.statements import statements

PAGES = [
    "/congresses",
    "/congresses/WC21",
    "/congresses/WC-NEXT",
    "/meetings",
    "/meetings?year=unknown",
    "/meetings?page=2",
    "/meetings/WC21-BUE19",
    "/meetings/WC21-COS00",
    "/recommendations",
    "/recommendations?page=9",
    "/recommendations/WC21-BUE19-R03",
    "/recommendations/WC09-R01",
    "/recommendations/WC21-BUE19-R03/trace",
    "/regions",
    "/regions/arab-states",
    "/regions/global",
    "/themes",
    "/themes/migration",
    "/library",
    "/feeds/threads.atom",
    "/feeds/recommendations.atom",
    "/meetings.ics",
]
LISTS = ["/meetings", "/recommendations", "/library", "/recommendations?congress=WC21&theme=migration"]
OTHERS = [
    "/congresses/WC21",
    "/meetings/WC21-BUE19",
    "/recommendations/WC21-BUE19-R03",
    "/regions/africa",
    "/themes/prevention",
]


def entry(reference):
    return db.session.scalar(select(Entry).where(Entry.reference == reference))


def test_every_page_of_the_record_opens_in_every_language(record, as_):
    visitor = as_(None)
    for path in PAGES:
        for language in ("en", "ar"):
            mark = "&" if "?" in path else "?"
            response = visitor.get(f"{path}{mark}lang={language}")
            assert response.status_code == 200, path
            if "text/html" in response.content_type:
                assert response.text.count("<h1") == 1, path


def test_every_single_meeting_congress_and_resource_opens(record, as_):
    visitor = as_(None)
    for kind, folder in ((Kind.MEETING, "meetings"), (Kind.CONGRESS, "congresses")):
        for reference in db.session.scalars(select(Entry.reference).where(Entry.kind == kind)).all():
            assert visitor.get(f"/{folder}/{reference}").status_code == 200, reference
    for number in db.session.scalars(select(Resource.id).limit(30)).all():
        assert visitor.get(f"/library/{number}").status_code == 200, number


def test_pages_run_few_statements_however_long_they_are(record, cast, as_):
    for path in [*LISTS, *OTHERS]:
        for who, most in ((None, 3), (cast.bao, 6)):
            client = as_(who)
            client.get(path)
            with statements() as run:
                assert client.get(path).status_code == 200
            assert len(run) <= (most if path in LISTS else 12), "\n".join([path, *run])


def test_a_reference_leads_to_its_one_address_in_any_case(record, as_):
    response = as_(None).get("/recommendations/wc21-bue19-r03?x=1")
    assert response.status_code == 301
    assert response.headers["Location"] == "/recommendations/WC21-BUE19-R03?x=1"


def test_an_unknown_reference_offers_the_nearest(record, as_):
    for path in ("/recommendations/WC21-BUE19-R33", "/meetings/WC21-BUA19", "/congresses/WC22"):
        response = as_(None).get(path)
        assert response.status_code == 404
        assert "Did you mean" in response.text and "WC21" in response.text, path


def test_strange_references_are_simply_not_found(cast, as_):
    for reference in ("%00", "a b", "%F0%9F%98%80", "x" * 3000, "WC21-BUE19'--"):
        for folder in ("recommendations", "meetings", "congresses"):
            assert as_(None).get(f"/{folder}/{reference}").status_code == 404, reference


def test_strange_filters_find_nothing_and_break_nothing(cast, as_):
    for path in ("/recommendations", "/meetings", "/library", "/meetings.ics", "/feeds/recommendations.atom"):
        for query in (
            "region=%00",
            "theme=nowhere",
            "year=20x1&state=%27",
            "year=99999",
            "congress=WC99&language=x%22",
        ):
            assert as_(None).get(f"{path}?{query}").status_code == 200, (path, query)


def test_a_draft_is_the_secretariats_alone(record, cast, as_):
    row = entry("WC21-BUE19-R03")
    row.visibility = Visibility.DRAFT
    db.session.commit()
    for who, status in ((None, 404), (cast.bao, 404), (cast.chidi, 404), (cast.sofia, 200)):
        client = as_(who)
        assert client.get("/recommendations/WC21-BUE19-R03").status_code == status
        assert client.get("/recommendations/WC21-BUE19-R03/trace").status_code == status
        shown = "WC21-BUE19-R03" in client.get("/meetings/WC21-BUE19").text
        assert shown is (status == 200)
    assert "BUE19-R03" not in as_(None).get("/recommendations?meeting=WC21-BUE19").text
    assert "BUE19-R03" not in as_(None).get("/feeds/recommendations.atom?meeting=WC21-BUE19").text
    assert "BUE19-R03" not in as_(None).get("/recommendations/WC21-BUE19-R3").text


def test_filters_narrow_and_say_how_much_they_leave(record, as_):
    response = as_(None).get("/recommendations?meeting=wc21-bue19")
    assert response.text.count("data-entry=") == 6
    assert "Stated recommendation (" in response.text
    assert "No recommendation fits" in as_(None).get("/recommendations?basis=nonsense").text


def test_htmx_gets_the_found_part_alone(record, as_):
    for path in ("/recommendations?congress=WC21", "/meetings?region=africa", "/library?type=report"):
        response = as_(None, htmx=True).get(path)
        assert response.text.lstrip().startswith('<section id="found"'), path
        assert "<html" not in response.text


def test_the_trace_walks_both_ways(record, cast, as_):
    save(Link(from_id=cast.thread.id, to_id=entry("WC21-BUE19-R03").id, relation=Relation.ABOUT))
    save(Link(from_id=cast.closed_thread.id, to_id=entry("WC21-BUE19-R03").id, relation=Relation.ABOUT))
    db.session.commit()
    shown = as_(None).get("/recommendations/WC21-BUE19-R03/trace").text
    assert shown.index("WC21-BUE19 ".strip()) < shown.index(f"/threads/{cast.thread.id}")
    assert "/meetings/WC21-BUE19" in shown and "Between us" not in shown
    page = as_(None).get("/recommendations/WC21-BUE19-R03").text
    assert "Water in custody" in page and "/threads/new?about=WC21-BUE19-R03" in page


def test_dates_are_shown_as_far_as_they_are_known(record, as_):
    visitor = as_(None)
    assert "October 2019" in visitor.get("/meetings/WC21-BEI19").text
    assert "date not known" in visitor.get("/meetings/WC21-COS00").text
    assert re.search(r"Jun 6\s*–\s*7, 2019", visitor.get("/meetings/WC21-BUE19").text)
    assert "octubre de 2019" in visitor.get("/meetings/WC21-BEI19?lang=es").text


def test_conflicts_and_unverified_parts_are_shown(record, as_):
    visitor = as_(None)
    assert "Where sources disagree" in visitor.get("/congresses/WC18").text
    assert "Inferred, not read" in visitor.get("/meetings/WC21-BUE19").text
    assert "Not verified" in visitor.get("/congresses/WC-NEXT").text
    mirror = db.session.scalar(select(Resource).where(Resource.url_kind == "third-party-or-mirror"))
    shown = visitor.get(f"/library/{mirror.id}").text
    assert "not the publisher" in shown and 'rel="noopener noreferrer external"' in shown


def test_machines_read_meetings_and_resources_too(record, as_):
    resource = db.session.scalar(
        select(Resource.id).where(Resource.type == "law-standard").order_by(Resource.id).limit(1)
    )
    for path, kind in (
        ("/meetings/WC21-BUE19", "Event"),
        ("/congresses/WC21", "Event"),
        (f"/library/{resource}", "Legislation"),
    ):
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', as_(None).get(path).text, re.S)
        assert json.loads(found[1])["@type"] == kind


def test_the_map_and_its_list_say_the_same(record, as_):
    shown = as_(None).get("/meetings").text
    drawing = re.search(r'<svg class="world".*?</svg>', shown, re.S)[0]
    assert drawing.count("<path") == 6 and 'aria-label="Africa: 9 meetings"' in drawing
    assert "Africa · 9" in shown.split(drawing)[1]


def test_a_region_shows_countries_whose_main_region_is_another(record, as_):
    assert "mainly another region" in as_(None).get("/regions/arab-states").text
    assert as_(None).get("/regions/atlantis").status_code == 404
    assert as_(None).get("/themes/atlantis").status_code == 404


def test_the_countries_of_a_region_are_named_and_ordered_in_the_readers_language(record, as_):
    shown = as_(None).get("/regions/africa?lang=fr").text
    assert shown.index(">Égypte") < shown.index(">Éthiopie") < shown.index(">Gabon") < shown.index(">Zimbabwe")
    assert ">مصر" in as_(None).get("/regions/africa?lang=ar").text


def test_wording_is_escaped(record, as_):
    row = db.session.scalar(select(Recommendation).where(Recommendation.reference == "WC21-BUE19-R03"))
    row.note = "<script>alert(1)</script></script>"
    db.session.commit()
    assert "<script>alert" not in as_(None).get("/recommendations/WC21-BUE19-R03").text


def test_what_has_no_date_comes_last(record, as_):
    assert "JWC-TUR00-R01" not in as_(None).get("/recommendations").text
    assert "JWC-TUR00-R01" in as_(None).get("/recommendations?page=9").text


def test_threads_about_a_reference_that_does_not_exist_offer_the_nearest(record, as_):
    html = as_(None).get("/threads?about=wc21-bue19-r09").text
    assert "There is nothing called “wc21-bue19-r09”" in html
    assert 'href="/threads?about=WC21-BUE19-R0' in html
    assert "There is nothing called" not in as_(None).get("/threads?about=WC21-BUE19-R03").text
