"""What reference managers get, read back by parsers of their own."""

from __future__ import annotations

import json
import re

import bibtexparser
import extruct
import pytest
import rispy

from forum.entries.models import Entry, Visibility
from forum.kernel.db import db, save
from forum.library.models import Contribution, Contributor, Licence, Resource, ResourceFile

TITLE = r"50% of {children} & families_in #court: a ~study~ \o/ ^2^ $5"


@pytest.fixture
def study(cast):
    """A report with people and organisations, and every sign that some format means otherwise."""
    row = save(Resource(
        title=TITLE, type="report", language="en", languages=["en", "ar"], issued="2019-11-04", year=2019,
        publisher="Terre des hommes and Partners", abstract="First line.\nSecond {line} \u202ewith a turn.",
        url="https://doi.org/10.1234/abc.5", licence=Licence.CC_BY, alternative_titles=["دراسة"],
    ))  # fmt: skip
    people = (
        ("Nowak, Manfred", Contribution.AUTHOR, False),
        ("García Márquez, José-María", Contribution.AUTHOR, False),
        ("Bread, Salt and Light, Inc.", Contribution.AUTHOR, True),
        ("مطر, محمد", Contribution.AUTHOR, False),
        ("Éditrice, Anne", Contribution.EDITOR, False),
    )
    for position, (name, contribution, is_organisation) in enumerate(people):
        save(Contributor(
            resource_id=row.id, position=position, name=name, contribution=contribution, is_organisation=is_organisation,
        ))  # fmt: skip
    save(ResourceFile(
        resource_id=row.id, number=1, name="a study.pdf", media_type="application/pdf", size=1, sha256="0" * 64, blob_key="k",
    ))  # fmt: skip
    row.themes.append(cast.diversion)
    db.session.commit()
    return row


def test_bibtex_is_read_back_as_it_was_meant(study, as_):
    answer = as_(None).get(f"/library/{study.id}.bib")
    assert answer.content_type == "application/x-bibtex; charset=utf-8"
    library = bibtexparser.parse_string(answer.text)
    assert library.failed_blocks == []
    [entry] = library.entries
    assert (entry.entry_type, entry.key) == ("techreport", f"jwc-{study.id}")
    assert entry["date"] == "2019-11-04" and entry["year"] == "2019" and entry["doi"] == "10.1234/abc.5"
    assert "month = nov" in answer.text
    assert (
        entry["author"]
        == "Nowak, Manfred and García Márquez, José-María and {Bread, Salt and Light, Inc.} and مطر, محمد"
    )
    assert entry["editor"] == "Éditrice, Anne"
    assert entry["institution"].strip("{}") == "Terre des hommes and Partners"
    assert unescaped(entry["title"]) == TITLE
    assert "\u202e" not in answer.text and "\nSecond" not in answer.text
    assert entry["langid"] == "english"


def unescaped(text: str) -> str:
    """What TeX shows of a text escaped for it."""
    text = text[1:-1].replace(r"\textbackslash{}", "\0").replace(r"\textasciitilde{}", "~")
    text = text.replace(r"\textasciicircum{}", "^")
    for sign in "{}&%$#_":
        text = text.replace("\\" + sign, sign)
    return text.replace("\0", "\\")


def test_ris_is_read_back_as_it_was_meant(study, as_):
    answer = as_(None).get(f"/library/{study.id}.ris")
    assert re.fullmatch(r"(TY  - .*\n(?:(?!TY)[A-Z][A-Z0-9]  - .*\n)+)\n?", answer.text), "tags and nothing else"
    [entry] = rispy.loads(answer.text)
    assert entry["type_of_reference"] == "RPRT" and entry["title"] == TITLE
    assert entry["authors"] == [
        "Nowak, Manfred",
        "García Márquez, José-María",
        "Bread, Salt and Light, Inc.",
        "مطر, محمد",
    ]
    assert entry["secondary_authors"] == ["Éditrice, Anne"]
    assert (entry["year"], entry["date"]) == ("2019", "2019/11/04/")
    assert entry["abstract"] == "First line. Second {line} with a turn."
    assert entry["publisher"] == "Terre des hommes and Partners" and entry["keywords"] == ["Diversion"]


def test_csl_json_knows_people_from_organisations_and_days_from_years(study, as_):
    answer = as_(None).get(f"/library/{study.id}.json")
    [item] = json.loads(answer.text)
    assert item["type"] == "report" and item["title"] == TITLE and item["DOI"] == "10.1234/abc.5"
    assert item["author"][0] == {"family": "Nowak", "given": "Manfred"}
    assert item["author"][2] == {"literal": "Bread, Salt and Light, Inc."}
    assert item["issued"] == {"date-parts": [[2019, 11, 4]]}


@pytest.mark.parametrize(
    "issued,parts,date,apa",
    [
        ("2019", [2019], "2019", "(2019)"),
        ("2019-11", [2019, 11], "2019/11", "(2019, November)"),
        (None, None, None, "(n.d.)"),
    ],
)
def test_dates_known_in_part_stay_so(app, as_, issued, parts, date, apa):
    row = save(
        Resource(title="A", type="report", issued=issued, year=int(issued[:4]) if issued else None, publisher="B")
    )
    db.session.commit()
    [item] = json.loads(as_(None).get(f"/library/{row.id}.json").text)
    assert item.get("issued", {}).get("date-parts") == ([parts] if parts else None)
    html = as_(None).get(f"/library/{row.id}").text
    assert (f'<meta name="citation_publication_date" content="{date}">' in html) is bool(date)
    assert apa in html


def test_a_page_says_what_it_is_to_programs(study, as_):
    html = as_(None).get(f"/library/{study.id}").text
    found = extruct.extract(html, syntaxes=["json-ld", "dublincore"], base_url="http://localhost")
    [data] = found["json-ld"]
    assert data["@type"] == "Report" and data["name"] == TITLE and data["datePublished"] == "2019-11-04"
    assert data["author"][0] == {
        "@type": "Person",
        "name": "Manfred Nowak",
        "familyName": "Nowak",
        "givenName": "Manfred",
    }
    assert data["author"][2] == {"@type": "Organization", "name": "Bread, Salt and Light, Inc."}
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    [core] = found["dublincore"]
    said = {(element["name"].split(".")[1], element["content"]) for element in core["elements"]}
    assert {("title", TITLE), ("creator", "Nowak, Manfred"), ("date", "2019-11-04"), ("language", "ar")} <= said
    tags = meta_of(html)
    assert tags["citation_author"] == [
        "Nowak, Manfred",
        "García Márquez, José-María",
        "Bread, Salt and Light, Inc.",
        "مطر, محمد",
    ]
    assert tags["citation_publication_date"] == ["2019/11/04"]
    assert tags["citation_technical_report_institution"] == ["Terre des hommes and Partners"]
    assert tags["citation_pdf_url"][0].endswith(f"/library/{study.id}/files/1/a%20study.pdf")


def meta_of(html: str) -> dict[str, list[str]]:
    from lxml import html as parser

    found: dict[str, list[str]] = {}
    for tag in parser.fromstring(html).xpath("//head/meta[@name]"):
        found.setdefault(tag.get("name"), []).append(tag.get("content"))
    return found


def test_a_file_that_may_not_be_shared_is_not_offered(study, as_):
    study.licence = Licence.RIGHTS_RESERVED
    db.session.commit()
    tags = meta_of(as_(None).get(f"/library/{study.id}").text)
    assert "citation_pdf_url" not in tags and "DC.title" in tags


def test_formatted_citations_can_be_copied(study, as_):
    html = as_(None).get(f"/library/{study.id}").text
    assert "Nowak, M., García Márquez, J.-M., Bread, Salt and Light, Inc., &amp; مطر, محمد. (2019, November 4)." in html
    assert "Nowak, Manfred, José-María García Márquez, Bread, Salt and Light, Inc., and محمد مطر." in html
    assert 'data-copy="cite-1"' in html and 'id="cite-1"' in html


def test_recommendations_and_meetings_can_be_cited_too(record, as_):
    visitor = as_(None)
    [entry] = bibtexparser.parse_string(visitor.get("/recommendations/WC21-BUE19-R03.bib").text).entries
    assert entry.key == "WC21-BUE19-R03" and entry["number"] == "WC21-BUE19-R03" and entry["date"].startswith("2019-06")
    [item] = json.loads(visitor.get("/meetings/WC21-BUE19.json").text)
    assert item["type"] == "event" and item["issued"] == {"date-parts": [[2019, 6, 6]]}
    [entry] = rispy.loads(visitor.get("/congresses/WC21.ris").text)
    assert entry["type_of_reference"] == "CONF"
    assert "WC21-BUE19-R03.ris" in visitor.get("/recommendations/WC21-BUE19-R03").text


@pytest.mark.slow
def test_every_resource_of_the_record_is_read_back_in_every_format(record, as_):
    from sqlalchemy import select

    for id in db.session.scalars(select(Resource.id)).all():
        title = db.session.get(Entry, id).title
        base = f"/library/{id}"
        library = bibtexparser.parse_string(as_(None).get(f"{base}.bib").text)
        assert library.failed_blocks == [] and len(library.entries) == 1
        assert [item["title"] for item in json.loads(as_(None).get(f"{base}.json").text)] == [title]
        assert [entry["title"] for entry in rispy.loads(as_(None).get(f"{base}.ris").text)] == [title]


@pytest.mark.parametrize("form", ["bib", "ris", "json"])
def test_what_a_reader_may_not_see_cannot_be_cited(cast, as_, form):
    draft = save(Resource(title="MARKER", type="report", visibility=Visibility.DRAFT, author_id=cast.ana.id))
    db.session.commit()
    assert as_(cast.ana).get(f"/library/{draft.id}.{form}").status_code == 200
    for other in (None, cast.bao, cast.chidi):
        answer = as_(other).get(f"/library/{draft.id}.{form}")
        assert answer.status_code == 404 and "MARKER" not in answer.text


@pytest.mark.parametrize(
    "path", ["/library/1.pdf", "/library/999999.bib", "/recommendations/NOPE.bib", "/meetings/X.ris"]
)
def test_what_is_not_there_is_not_found(app, as_, path):
    assert as_(None).get(path).status_code == 404
