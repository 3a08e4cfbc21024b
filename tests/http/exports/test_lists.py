"""Lists taken along as files: the same rows as the page, for the same reader, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import bibtexparser
import openpyxl
import pytest
import rispy

from forum.community.models import Shown
from forum.entries.models import Visibility
from forum.exports import lists
from forum.kernel.db import db, save
from forum.library.models import Resource
from forum.search import engine, indexer

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


@pytest.mark.parametrize("name", ["library", "recommendations", "meetings", "threads", "members", "search"])
@pytest.mark.parametrize("form", TABLES)
def test_a_member_gets_the_whole_file_from_a_real_server(record, library, cast, as_, served, name, form):
    while indexer.rebuild_a_little(engine.current()):
        pass
    client = as_(cast.ana)
    answer = served(lambda: client.get(f"/exports/{name}.{form}?q={'study' if name == 'search' else ''}"))
    assert rows_of(answer, form)
    assert answer.content_length == len(answer.data), "a download shows how far it is"


@pytest.mark.parametrize("form", TABLES)
def test_threads_of_a_closed_group_are_for_its_members(cast, as_, form):
    for who, sees in ((None, False), (cast.dora, False), (cast.ana, True), (cast.chidi, True)):
        titles = {row["title"] for row in rows_of(as_(who).get(f"/exports/threads.{form}"), form)}
        assert ("Between us" in titles) is sees and "Water in custody" in titles


def test_the_directory_is_for_members_and_shows_what_each_chose(make, cast, as_):
    from forum.community.models import Profile

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
    monkeypatch.setattr(lists, "MOST", 5)
    monkeypatch.setattr(lists, "AT_ONCE", 2)
    answer = as_(None).get(f"/exports/library.{form}")
    rows = rows_of(answer, form)
    said = json.loads(answer.data)["left_out"] if form == "json" else next(iter(rows[-1].values()))
    assert "Only the first 5 are in this file" in said
    assert len(rows) == (5 if form == "json" else 6)
    monkeypatch.setattr(lists, "MOST", 7)
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


@pytest.mark.parametrize(
    "page", ["/library", "/recommendations", "/meetings", "/threads", "/search?q=study", "/members"]
)
def test_each_list_offers_itself_with_its_filters(record, library, cast, as_, page):
    while indexer.rebuild_a_little(engine.current()):
        pass
    name = page.strip("/").partition("?")[0]
    html = as_(cast.ana).get(page).text
    assert f'href="/exports/{name}.csv' in html
    if page == "/library":
        assert 'href="/exports/library.xlsx?type=report&amp;year="' in as_(None).get("/library?type=report&year=").text


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
