"""Lists taken along as files: the same rows as the page, for the same reader, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import bibtexparser
import openpyxl
import pytest
import rispy

from forum.collections.operations import make_collection
from forum.community.models import Profile, Shown
from forum.entries.models import Visibility
from forum.exports.lists import entries, listing
from forum.glossary.operations import add_concept
from forum.instruments import operations as law
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.paging import Page
from forum.library.models import Resource
from forum.search import engine, indexer
from forum.search.engine import Found
from forum.search.queries import Answer
from forum.search.query import parse

TABLES = ("csv", "xlsx", "json")


def rows_of(answer, form: str) -> list[dict[str, object]]:
    assert answer.status_code == 200
    if form == "csv":
        text = answer.data.decode("utf-8")
        assert text.startswith("\ufeff"), "spreadsheet programs would guess another encoding"
        return list(csv.DictReader(io.StringIO(text[1:])))
    if form == "json":
        return json.loads(answer.data)["rows"]
    [head, *rows] = openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def library(cast):
    for n in range(7):
        row = save(Resource(title=f"Study {n}", type="report" if n % 2 else "article", languages=["en"], year=2010 + n))
        row.themes.append(cast.diversion)
    save(Resource(title="MARKER-DRAFT", type="report", visibility=Visibility.DRAFT, author_id=cast.ana.id))
    save(Resource(title="MARKER-HIDDEN", type="report", hidden_at=cast.thread.created_at))
    db.session.commit()


@pytest.mark.parametrize("form", TABLES)
def test_a_list_is_the_same_in_every_format(library, as_, form):
    rows = rows_of(as_(None).get(f"/exports/library.{form}"), form)
    assert [row["title"] for row in rows] == [f"Study {n}" for n in reversed(range(7))]
    assert {row["themes"] for row in rows} == {"diversion"}
    assert str(rows[0]["year"]) == "2016" and rows[0]["url"].startswith("http://127.0.0.1:8000/library/")


@pytest.mark.parametrize("form", TABLES)
def test_a_file_holds_what_the_filters_of_the_page_leave(library, as_, form):
    for query, count in (
        ("type=report", 3),
        ("year=2012", 1),
        ("theme=diversion&type=article", 4),
        ("theme=nothing", 0),
    ):
        assert len(rows_of(as_(None).get(f"/exports/library.{form}?{query}"), form)) == count


@pytest.mark.parametrize("form", [*TABLES, "bib", "ris"])
def test_nobody_takes_along_what_they_may_not_see(library, cast, as_, form):
    def read(answer) -> str:
        return str(rows_of(answer, form)) if form == "xlsx" else answer.text

    for who, seen in (
        (None, ()),
        (cast.bao, ()),
        (cast.ana, ("DRAFT",)),
        (cast.chidi, ("HIDDEN",)),
        (cast.sofia, ("DRAFT", "HIDDEN")),
    ):
        text = read(as_(who).get(f"/exports/library.{form}"))
        for marker in ("DRAFT", "HIDDEN"):
            assert (f"MARKER-{marker}" in text) is (marker in seen), (who, marker)


EVERY_LIST = (
    "library", "recommendations", "meetings", "congresses", "threads", "members", "search", "collections", "groups",
    "groups/andes", "groups/andes/members", "regions", "themes", "glossary", "instruments", "instruments/CRC",
)  # fmt: skip


@pytest.fixture
def words(cast, make):
    """Something in each of the lists the record does not fill, and in each something not everybody may see."""
    make_collection(title="To read", visibility=Visibility.PUBLIC, by=cast.ana)
    make_collection(title="MARKER-MINE", visibility=Visibility.DRAFT, by=cast.ana)
    add_concept(terms={"en": ["=invented word", "+1"], "fr": ["déjudiciarisation"], "ar": ["التحويل"]}, by=cast.chidi)
    cites = [
        save(Resource(title="=A study", type="report", abstract="Article 40(3) of the CRC asks for more.")),
        save(Resource(title="MARKER-LAW", type="report", abstract="CRC art. 12", hidden_at=clock.now())),
        make.post(cast.closed_thread, by=cast.ana, body="CRC art. 37"),
    ]
    law.note(law.cited_by([row.id for row in cites]))
    cast.closed_group.description = "MARKER-GROUP"
    save(Profile(member_id=cast.bao.id, organisation="MARKER-ORG", shown_organisation=Shown.NOBODY))
    save(Profile(member_id=cast.dora.id, shown_in_directory=Shown.NOBODY))
    make.membership(cast.dora, cast.andes_group)
    db.session.commit()


@pytest.mark.parametrize("form", TABLES)
def test_a_member_gets_every_file_whole_from_a_real_server(record, library, words, cast, as_, served, form):
    while indexer.rebuild_a_little(engine.current()):
        pass
    client = as_(cast.ana)
    for name in EVERY_LIST:
        address = f"/exports/{name}.{form}" + ("?q=study" if name == "search" else "")
        answer = served(lambda address=address: client.get(address))
        assert rows_of(answer, form), name
        assert answer.content_length == len(answer.data), "a download shows how far it is"


#: In each list, what only some may see, and who they are.
KEPT = (
    ("groups", "MARKER-GROUP", {"ana", "chidi", "sofia"}),
    ("groups/inner-circle", "Between us", {"ana", "chidi", "sofia"}),
    ("groups/inner-circle/members", "Ana", {"ana", "chidi", "sofia"}),
    ("groups/andes/members", "Dora", {"dora"}),
    ("groups/andes/members", "MARKER-ORG", set()),
    ("members", "MARKER-ORG", {"bao"}),
    ("collections", "MARKER-MINE", {"ana", "sofia"}),
    ("instruments/CRC", "MARKER-LAW", {"chidi", "sofia"}),
    ("instruments/CRC", "Between us", {"ana", "chidi", "sofia"}),
)


@pytest.mark.parametrize("form", TABLES)
@pytest.mark.parametrize("name, marker, those", KEPT)
def test_what_not_everybody_may_see_is_in_the_files_of_those_only(words, cast, as_, name, marker, those, form):
    for who in (None, "bao", "dora", "ana", "chidi", "sofia"):
        answer = as_(getattr(cast, who) if who else None).get(f"/exports/{name}.{form}")
        text = str(rows_of(answer, form)) if answer.status_code == 200 else ""
        assert (marker in text) is (who in those), (who, answer.status_code)


@pytest.mark.parametrize("form", TABLES)
def test_how_many_cite_an_instrument_is_counted_for_its_reader(words, cast, as_, form):
    def cited(who) -> str:
        rows = rows_of(as_(who).get(f"/exports/instruments.{form}"), form)
        return str(next(row["cited_by"] for row in rows if row["code"] == "CRC"))

    assert [cited(who) for who in (None, cast.bao, cast.ana, cast.chidi)] == ["1", "1", "2", "3"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_term_of_the_glossary_is_a_formula(words, as_, form):
    [row] = rows_of(as_(None).get(f"/exports/glossary.{form}"), form)
    assert row["terms_en"] == "'=invented word; +1" and row["terms_ar"] == "التحويل" and row["slug"]
    assert rows_of(as_(None).get(f"/exports/glossary.{form}?q=zzz"), form) == []
    assert len(rows_of(as_(None).get(f"/exports/glossary.{form}?q=التحويل"), form)) == 1


def test_who_cites_a_provision_is_taken_along_alone(words, as_):
    [row] = rows_of(as_(None).get("/exports/instruments/CRC.csv?provision=40&kind=resource"), "csv")
    assert row["title"] == "'=A study" and row["provisions"] == "40(3)"
    assert rows_of(as_(None).get("/exports/instruments/CRC.csv?provision=39"), "csv") == []
    [entry] = rispy.loads(as_(None).get("/exports/instruments/CRC.ris").text)
    assert entry["title"] == "=A study"


def test_congresses_and_places_are_told_in_full(record, as_):
    congresses = rows_of(as_(None).get("/exports/congresses.csv"), "csv")
    assert "WC21" in {row["reference"] for row in congresses} and len(congresses) == 6
    assert len(bibtexparser.parse_string(as_(None).get("/exports/congresses.bib").text).entries) == 6
    regions = rows_of(as_(None).get("/exports/regions.json"), "json")
    assert len(regions) == 7 and all(row["name_ar"] for row in regions)
    assert {row["countries"] for row in regions if row["slug"] == "north-america"} == {"CA; MX; US"}
    assert len(rows_of(as_(None).get("/exports/themes.json"), "json")) == 20


@pytest.mark.parametrize("form", TABLES)
def test_threads_of_a_closed_group_are_for_its_members(cast, as_, form):
    for who, sees in ((None, False), (cast.dora, False), (cast.ana, True), (cast.chidi, True)):
        titles = {row["title"] for row in rows_of(as_(who).get(f"/exports/threads.{form}"), form)}
        assert ("Between us" in titles) is sees and "Water in custody" in titles


def test_the_directory_is_for_members_and_shows_what_each_chose(make, cast, as_):
    save(
        Profile(
            member_id=cast.bao.id,
            organisation="MARKER-ORG",
            shown_organisation=Shown.NOBODY,
            about="",
            languages=["en"],
        )
    )
    save(Profile(member_id=cast.dora.id, organisation="X", shown_in_directory=Shown.NOBODY, about="", languages=[]))
    db.session.commit()
    visitor = as_(None).get("/exports/members.csv")
    assert visitor.status_code == 303 and "/sign-in" in visitor.location
    rows = rows_of(as_(cast.ana).get("/exports/members.csv"), "csv")
    assert "Bao" in {row["name"] for row in rows} and "Dora" not in {row["name"] for row in rows}
    assert "MARKER" not in str(rows) and "example.org" not in str(rows)
    assert len(rows_of(as_(cast.ana).get("/exports/members.csv?q=bao"), "csv")) == 1


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("http://x")', "+1+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u200e=1", "＝1"]
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_a_formula(app, as_, form, title):
    save(Resource(title=title, type="report", publisher="-2+3"))
    db.session.commit()
    answer = as_(None).get(f"/exports/library.{form}")
    [row] = rows_of(answer, form)
    assert row["title"] == f"'{title}" and row["publisher"] == "'-2+3"
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert {cell.data_type for cells in sheet.iter_rows() for cell in cells} <= {"s", "n", "inlineStr"}


def test_signs_no_workbook_may_hold_do_no_harm(app, as_):
    save(
        Resource(title="a\x0bb\x00c\x1fd\ufffe", type="report")
        if db.engine.name == "sqlite"
        else Resource(title="abcd", type="report")
    )
    db.session.commit()
    assert [row["title"] for row in rows_of(as_(None).get("/exports/library.xlsx"), "xlsx")] == ["abcd"]


@pytest.mark.parametrize("form", TABLES)
def test_a_long_list_is_cut_with_a_sentence(library, as_, monkeypatch, form):
    monkeypatch.setattr(listing, "MOST", 5)
    monkeypatch.setattr(entries, "AT_ONCE", 2)
    answer = as_(None).get(f"/exports/library.{form}")
    rows = rows_of(answer, form)
    said = json.loads(answer.data)["left_out"] if form == "json" else next(iter(rows[-1].values()))
    assert "Only the first 5 are in this file" in said
    assert len(rows) == (5 if form == "json" else 6)
    monkeypatch.setattr(listing, "MOST", 7)
    assert len(rows_of(as_(None).get(f"/exports/library.{form}"), form)) == 7, "a list that just fits is whole"


def test_lists_of_what_can_be_cited_come_for_reference_managers(record, as_):
    entries = bibtexparser.parse_string(as_(None).get("/exports/library.bib").text)
    assert entries.failed_blocks == [] and len(entries.entries) > 100
    assert len({entry.key for entry in entries.entries}) == len(entries.entries)
    assert len(rispy.loads(as_(None).get("/exports/recommendations.ris?meeting=WC21-BUE19").text)) == 6
    [entry] = bibtexparser.parse_string(as_(None).get("/exports/meetings.bib?region=africa&year=2020").text).entries
    assert entry.key == "WC21-CAP20"


def test_what_was_found_can_be_taken_along(library, cast, as_):
    while indexer.rebuild_a_little(engine.current()):
        pass
    found = rows_of(as_(None).get("/exports/search.csv?q=study"), "csv")
    assert {row["title"] for row in found} == {f"Study {n}" for n in range(7)}
    assert len(bibtexparser.parse_string(as_(None).get("/exports/search.bib?q=study").text).entries) == 7
    assert rows_of(as_(None).get("/exports/search.csv"), "csv") == [], "nothing was asked"
    assert "MARKER" not in as_(None).get("/exports/search.csv?q=marker*").text


@pytest.mark.parametrize("missing", [{"found": Found((), 0, hurried=True)}, {"catching_up": True}])
def test_a_search_that_had_no_time_gives_no_empty_file(words, cast, as_, monkeypatch, missing):
    monkeypatch.setattr(entries, "search", lambda *_, **__: Answer(parse("study", ["en"]), Page([]), **missing))
    assert as_(None).get("/exports/search.csv?q=study").status_code == 503


def test_rows_are_read_in_a_number_of_statements_that_depends_on_pages_only(library, as_):
    from tests.statements import statements

    as_(None).get("/exports/library.csv").get_data()  # regions and themes are read once for all
    with statements() as few:
        as_(None).get("/exports/library.csv?year=2012").get_data()
    with statements() as many:
        as_(None).get("/exports/library.csv").get_data()
    assert len(many) == len(few)


@pytest.mark.parametrize(
    "path", ["/exports/library.pdf", "/exports/threads.bib", "/exports/nothing.csv", "/exports/members.xls"]
)
def test_what_cannot_be_taken_along_is_not_there(cast, as_, path):
    assert as_(cast.ana).get(path).status_code == 404


def test_each_list_offers_itself_with_its_filters(record, library, words, cast, as_):
    while indexer.rebuild_a_little(engine.current()):
        pass
    for name in EVERY_LIST:
        html = as_(cast.ana).get(f"/{name}" + ("?q=study" if name == "search" else "")).text
        for form in TABLES:
            assert f'href="/exports/{name}.{form}' in html, (name, form)
    assert 'href="/exports/library.xlsx?type=report&amp;year="' in as_(None).get("/library?type=report&year=").text
    for name in ("members", "groups/andes/members"):
        assert f"/exports/{name}" not in as_(None).get(f"/{name}").text, (
            "visitors are not offered what they are refused"
        )


@pytest.mark.parametrize("name", ["members", "groups/andes/members"])
def test_lists_of_people_are_for_members(cast, as_, name):
    answer = as_(None).get(f"/exports/{name}.csv")
    assert answer.status_code == 303 and "/sign-in" in answer.location


def test_a_collection_is_taken_along_without_what_its_reader_may_not_see(library, cast, as_):
    from sqlalchemy import select

    from forum.collections import operations
    from forum.library.queries import RESOURCE

    reading = operations.make_collection(title="To read", visibility=Visibility.PUBLIC, by=cast.ana)
    ids = dict(db.session.execute(select(RESOURCE.c.title, RESOURCE.c.id)).all())
    for title in ("Study 3", "MARKER-DRAFT", "Study 1"):
        operations.put_in(reading, db.session.get(Resource, ids[title]), note="=note", by=cast.ana)
    db.session.commit()
    base = f"/exports/collections/{reading.id}"
    rows = rows_of(as_(None).get(f"{base}.csv"), "csv")
    assert [(row["title"], row["note"]) for row in rows] == [("Study 3", "'=note"), ("Study 1", "'=note")]
    assert "MARKER-DRAFT" in as_(cast.ana).get(f"{base}.json").text
    assert [entry["title"] for entry in rispy.loads(as_(None).get(f"{base}.ris").text)] == ["Study 3", "Study 1"]
    assert f'href="{base}.bib"' in as_(None).get(f"/collections/{reading.id}").text
    assert as_(None).get("/exports/collections/999.csv").status_code == 404
