"""Many resources at once: what is understood, what is told, and that nothing comes in twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from forum.entries.models import Follow
from forum.imports import operations, words
from forum.imports.models import ImportBatch, ImportRow, Outcome, ResourceIdentifier, Stage
from forum.kernel import jobs
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, NotAllowed, Refused
from forum.library.models import Contribution, Resource

EXAMPLES = Path(__file__).resolve().parents[3] / "docs/examples"
HEAD = "title,type,date,url,themes\n"


def checked(text: str | bytes, by, name: str = "a.csv") -> ImportBatch:
    return operations.check_file(text.encode() if isinstance(text, str) else text, name, by=by)


def rows(batch: ImportBatch) -> list[ImportRow]:
    return list(db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)))


def outcomes(batch: ImportBatch) -> list[str]:
    return [row.outcome.value for row in rows(batch)]


def brought_in(batch: ImportBatch, by) -> ImportBatch:
    operations.confirm(batch, by=by)
    id = batch.id
    db.session.commit()
    jobs.drain()
    db.session.add(by)  # the worker ended the session they were in
    return db.session.get(ImportBatch, id)


def problems(row: ImportRow) -> str:
    return " | ".join(words.problem(found) for found in row.problems)


def test_the_example_of_the_docs_comes_in_whole(record, cast):
    batch = checked((EXAMPLES / "resources.csv").read_bytes(), cast.sofia)
    assert [(row.outcome, problems(row)) for row in rows(batch)] == [(Outcome.NEW, "")] * 3
    batch = brought_in(batch, cast.sofia)
    assert batch.stage is Stage.DONE and outcomes(batch) == ["imported"] * 3
    first, second, third = (db.session.get(Resource, row.entry_id) for row in rows(batch))
    assert [(c.name, c.contribution, c.is_organisation) for c in first.contributors] == [
        ("Okoro, Ada", Contribution.AUTHOR, False),
        ("Silva, João", Contribution.AUTHOR, False),
    ]
    assert (first.issued, first.year, first.languages, first.countries) == ("2021-05", 2021, ["en", "pt"], ["NG"])
    assert [theme.slug for theme in first.themes] == ["diversion-restorative"]
    assert second.contributors[0].is_organisation and second.language == "es"
    assert third.url == "https://doi.org/10.1234/example.3" and third.language == "ar"
    kept = {(i.scheme, i.value) for i in db.session.scalars(select(ResourceIdentifier))}
    assert kept == {
        ("example", "1"),
        ("example", "2"),
        ("example", "3"),
        ("isbn", "9783161484100"),
        ("doi", "10.1234/example.3"),
    }
    assert db.session.scalar(select(func.count()).select_from(Follow).where(Follow.member_id == cast.sofia.id)) == 0


def test_a_sheet_in_arabic_is_read_with_its_own_commas_and_digits(record, cast):
    sheet = "العنوان;المؤلفون;السنة;اللغة;الرابط\nدليل;مطر، محمد؛ منظمة;٢٠١٩;ar، fr;https://example.org/1\n"
    batch = brought_in(checked(sheet, cast.sofia), cast.sofia)
    resource = db.session.get(Resource, rows(batch)[0].entry_id)
    assert [(c.name, c.is_organisation) for c in resource.contributors] == [("مطر، محمد", False), ("منظمة", True)]
    assert (resource.issued, resource.languages) == ("2019", ["ar", "fr"])


def test_bringing_a_file_in_twice_changes_nothing(record, cast):
    data = (EXAMPLES / "resources.csv").read_bytes()
    brought_in(checked(data, cast.sofia), cast.sofia)
    before = db.session.scalar(select(func.count()).select_from(Resource))
    again = checked(data, cast.sofia)
    assert outcomes(again) == ["known"] * 3
    with pytest.raises(Refused):
        operations.confirm(again, by=cast.sofia)
    ris = checked((EXAMPLES / "resources.ris").read_bytes(), cast.sofia, "a.ris")
    assert [(row.outcome.value, row.because) for row in rows(ris)] == [("known", "url"), ("new", "")]
    assert db.session.scalar(select(func.count()).select_from(Resource)) == before


@pytest.mark.parametrize(
    "line,because",
    [
        ("Other words,report,2001,https://www.example.org/a/,", "url"),
        ("A STÚDY of courts!,report,2020,https://example.org/other,", "title"),
    ],
)
def test_what_is_known_is_found_by_address_and_by_title_and_year(cast, line, because):
    save(Resource(title="A study of courts", type="report", year=2020, url="http://example.org/a"))
    [row] = rows(checked(HEAD + line, cast.sofia))
    assert (row.outcome, row.because) == (Outcome.KNOWN, because) and row.entry_id


def test_the_same_title_of_another_year_is_another_resource(cast):
    save(Resource(title="Annual report", type="report", year=2020, url="http://example.org/a"))
    assert outcomes(checked(HEAD + "Annual report,report,2021,https://example.org/b,", cast.sofia)) == ["new"]


def test_a_file_that_repeats_itself_brings_one(cast):
    batch = checked(
        HEAD + "Same,report,2020,https://example.org/a,\nSame,report,2020,https://example.org/b,\n", cast.sofia
    )
    assert outcomes(batch) == ["new", "known"] and rows(batch)[1].entry_id is None
    batch = brought_in(batch, cast.sofia)
    assert outcomes(batch) == ["imported", "known"]


@pytest.mark.parametrize(
    "line,said",
    [
        (",report,2020,https://x.org,", "title: is missing"),
        ("A,nonsense,2020,https://x.org,", "type: “nonsense” is not known here"),
        ("A,report,20x9,https://x.org,", "date: “20x9” is no date"),
        ("A,report,9999,https://x.org,", "date: “9999” is later than next year"),
        ("A,report,2019-02-30,https://x.org,", "date: “2019-02-30” is no date"),
        ("A,report,2019,ftp://x.org,", "address: “ftp://x.org” is no whole address"),
        ("A,report,2019,javascript:alert(1),", "no whole address"),
        ("A,report,2019,,", "address: is missing"),
        ("A,report,2019,https://x.org,weather", "themes: “weather” is not known here; known are: diversion, detention"),
        ("A,report,2019,https://x.org,diversion,more", "row: has more cells than there are columns"),
        ("A" * 401 + ",report,2019,https://x.org,", "title: is longer than 400 letters"),
    ],
)
def test_what_is_wrong_is_told_by_row_field_and_reason(cast, line, said):
    batch = checked(HEAD + "Good,report,2019,https://good.org,\n" + line, cast.sofia)
    good, wrong = rows(batch)
    assert (good.outcome, wrong.outcome, wrong.number) == (Outcome.NEW, Outcome.WRONG, 2)
    assert said in problems(wrong)
    batch = brought_in(batch, cast.sofia)
    assert outcomes(batch) == ["imported", "wrong"], "what is right comes in without the rest"


def test_all_that_is_wrong_is_told_at_once(cast):
    [row] = rows(checked("title,date,isbn,doi,languages\n,x,123,y,english\n", cast.sofia))
    assert [found["field"] for found in row.problems] == ["doi", "isbn", "url", "languages", "title", "date"]


@pytest.mark.parametrize(
    "data,name",
    [
        (b"", "a.csv"),
        (b"title\n", "a.csv"),
        (b"nothing,known\n", "a.csv"),
        (b"title,url\n\xff\xfe\xfa", "a.csv"),
        (b'title\n"' + b"x" * 200_000, "a.csv"),
        (b"TY  - RPRT\nnonsense", "a.ris"),
        (b"not at all", "a.ris"),
        (b"PK\x03\x04" + bytes(range(256)), "a.csv"),
        (b"title,url\n" + b"a,b\n" * 5001, "a.csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(cast, data, name):
    with pytest.raises(Invalid) as refused:
        checked(data, cast.sofia, name)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "begins", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1", b"%PDF-1.4\n", b"title\0\0,url"]
)
def test_a_spreadsheet_as_it_is_saved_is_told_to_become_csv(cast, begins):
    with pytest.raises(Invalid, match="Save as"):
        checked(begins + b" xl/worksheets", cast.sofia, "resources.xlsx")
    with pytest.raises(Invalid, match="no row"):
        checked(b" \n", cast.sofia)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheet_programs_of_all_countries_are_understood(cast, encoding, delimiter):
    text = (
        delimiter.join(("Título", "Año", "Enlace"))
        + "\r\n"
        + delimiter.join(("Niñez", "2020", "https://x.org"))
        + "\r\n"
    )
    [row] = rows(checked(text.encode(encoding), cast.sofia))
    assert row.outcome is Outcome.NEW, problems(row)


def test_columns_can_be_said_to_mean_something_else(cast):
    batch = checked("title,Wann,Wo\nA,2020,https://x.org\n", cast.sofia)
    assert outcomes(batch) == ["wrong"]
    with pytest.raises(Invalid):
        operations.read_columns_as(batch, {"title": "title", "Wann": "date", "Wo": "date"}, by=cast.sofia)
    with pytest.raises(Invalid):
        operations.read_columns_as(batch, {"Wann": "date"}, by=cast.sofia)
    operations.read_columns_as(batch, {"title": "title", "Wann": "date", "Wo": "url"}, by=cast.sofia)
    assert outcomes(batch) == ["new"]
    operations.confirm(batch, by=cast.sofia)
    with pytest.raises(Refused):
        operations.read_columns_as(batch, {"title": "title"}, by=cast.sofia)


def test_without_a_column_of_titles_every_row_waits_for_one(cast):
    batch = checked("Was,url\nA,https://x.org/a\nB,https://x.org/b\n", cast.sofia)
    assert [problems(row) for row in rows(batch)] == ["title: is missing"] * 2
    with pytest.raises(Refused):
        operations.confirm(batch, by=cast.sofia)
    operations.read_columns_as(batch, {"Was": "title", "url": "url"}, by=cast.sofia)
    assert outcomes(batch) == ["new", "new"]


def test_only_the_secretariat_brings_files_in(cast):
    for other in (cast.ana, cast.chidi):
        with pytest.raises(NotAllowed):
            checked(HEAD + "A,report,2020,https://x.org,", other)
    batch = checked(HEAD + "A,report,2020,https://x.org,", cast.sofia)
    for act in (operations.confirm, lambda batch, by: operations.read_columns_as(batch, {}, by=by)):
        with pytest.raises(NotAllowed):
            act(batch, by=cast.ana)


def test_dry_run_and_run_say_the_same_and_a_kill_between_costs_nothing(cast, monkeypatch):
    lines = "".join(f"Study {n},report,2020,https://example.org/{n % 60},\n" for n in range(70))
    batch = checked(HEAD + lines + "Wrong,report,x,https://x.org,\n", cast.sofia)
    dry = operations.counts(batch)
    assert dry == {Outcome.NEW: 60, Outcome.KNOWN: 10, Outcome.WRONG: 1}
    operations.confirm(batch, by=cast.sofia)
    id = batch.id
    db.session.commit()
    shared, share = [], operations.share

    def killed_at_the_fortieth(*args, **kwargs):
        shared.append(1)
        if len(shared) == 40:
            raise RuntimeError("kill -9")
        return share(*args, **kwargs)

    monkeypatch.setattr(operations, "share", killed_at_the_fortieth)
    jobs.drain(limit=2)
    batch = db.session.get(ImportBatch, id)
    assert operations.counts(batch)[Outcome.IMPORTED] == operations.AT_ONCE, "the second handful vanished as a whole"
    db.session.execute(db.text("UPDATE outbox SET due_at = '2000-01-01 00:00:00'"))
    db.session.commit()
    jobs.drain()
    batch = db.session.get(ImportBatch, id)
    after = operations.counts(batch)
    assert after == {Outcome.IMPORTED: 60, Outcome.KNOWN: 10, Outcome.WRONG: 1} and batch.stage is Stage.DONE
    assert db.session.scalar(select(func.count()).select_from(Resource)) == 60


def test_what_came_in_by_other_ways_meanwhile_is_not_brought_in_again(cast):
    batch = checked(HEAD + "A,report,2020,https://example.org/a,", cast.sofia)
    save(Resource(title="Elsewhere", type="report", url="https://example.org/a"))
    batch = brought_in(batch, cast.sofia)
    assert outcomes(batch) == ["known"] and batch.stage is Stage.DONE


def test_what_we_export_we_read_back(record, cast, as_):
    visitor = as_(None)
    for form, name in (("ris", "a.ris"), ("csv", "a.csv")):
        data = visitor.get(f"/exports/library.{form}").data
        batch = checked(data, cast.sofia, name)
        tally = operations.counts(batch)
        assert tally[Outcome.WRONG] == 0 or form == "csv"
        assert tally[Outcome.KNOWN] > 100 and tally[Outcome.NEW] == 0, [
            row.raw for row in rows(batch) if row.outcome is Outcome.NEW
        ][:3]
