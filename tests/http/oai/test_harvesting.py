"""The checks of a validator: every verb, every error, order of elements, lists in parts that change meanwhile."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import select, update

from forum.entries.events import EntryChanged
from forum.entries.models import Entry, Visibility
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.events import record as tell
from forum.kernel.settings import Settings, WrongSetting
from forum.library.models import Resource
from forum.oai import answers, queries, stamping
from forum.oai.models import HarvestedRecord

NS = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "i": "http://www.openarchives.org/OAI/2.0/oai-identifier",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
}
SCHEMA = etree.XMLSchema(file=str(Path(__file__).parents[2] / "schemas" / "everything.xsd"))


def check(root: etree._Element) -> None:
    """What a validator looks at in any answer: its schema, and what no schema can say."""
    SCHEMA.assertValid(root)
    for element in root.iterfind(".//oai_dc:dc/*", NS):
        assert (element.text or "").strip(), element.tag
    for header in root.iterfind(".//o:header[@status]", NS):
        assert header.getnext() is None or header.getparent().tag.endswith("ListIdentifiers"), (
            "no metadata of what is gone"
        )


@pytest.fixture
def ask(as_):
    """Ask as a harvester does; the answer is checked, and its root returned."""

    def asked(method: str = "get", **arguments: str) -> etree._Element:
        arguments = {"from" if name == "since" else name: value for name, value in arguments.items()}
        browser = as_(None)
        answer = (
            browser.post("/oai", data=arguments) if method == "post" else browser.get("/oai", query_string=arguments)
        )
        assert answer.status_code == 200 and answer.content_type == "text/xml; charset=utf-8"
        root = etree.fromstring(answer.data)
        check(root)
        return root

    return asked


def error(root: etree._Element) -> str:
    [found] = root.iterfind("o:error", NS)
    if found.get("code") in ("badVerb", "badArgument"):
        assert not root.find("o:request", NS).attrib, "a wrong request is not repeated"
    return found.get("code")


def identifiers(root: etree._Element) -> list[str]:
    return [element.text for element in root.iterfind(".//o:header/o:identifier", NS)]


def follow() -> None:
    db.session.commit()
    while stamping.catch_up():
        pass


@pytest.fixture
def many(cast):
    """Twelve public resources, stamped a minute apart; and one draft."""
    rows = [save(Resource(title=f"Number {n}", type="report", abstract="<&>\x0b\u202e")) for n in range(12)]
    save(Resource(title="MARKER", type="report", visibility=Visibility.DRAFT))
    rows[3].themes.append(cast.diversion)
    stamping.stamp([row.id for row in db.session.scalars(select(Resource))])
    for position, row in enumerate(rows):
        at = clock.now().replace(microsecond=0) - timedelta(minutes=60 - position)
        db.session.execute(update(HarvestedRecord).where(HarvestedRecord.entry_id == row.id).values(stamped_at=at))
    db.session.commit()
    return rows


def test_it_says_who_it_is(many, ask):
    root = ask(verb="Identify")
    assert root.findtext("o:Identify/o:baseURL", namespaces=NS) == "http://127.0.0.1:8000/oai"
    assert root.findtext("o:Identify/o:deletedRecord", namespaces=NS) == "persistent"
    assert root.find("o:request", NS).get("verb") == "Identify"
    earliest = root.findtext("o:Identify/o:earliestDatestamp", namespaces=NS)
    assert earliest == min(
        e.text for e in ask(verb="ListIdentifiers", metadataPrefix="oai_dc").iterfind(".//o:datestamp", NS)
    )


def test_it_says_whom_to_write_to_and_never_an_address_of_this_machine(many, ask, app, monkeypatch):
    for values, told in (
        ({}, "nobody@site.invalid"),
        ({"mail_from": "The forum <forum@mail.example.org>"}, "forum@mail.example.org"),
        ({"mail_from": "forum@mail.example.org", "admin_mail": "library@example.org"}, "library@example.org"),
    ):
        monkeypatch.setitem(app.extensions, "forum.settings", replace(app.extensions["forum.settings"], **values))
        assert ask(verb="Identify").findtext(".//o:adminEmail", namespaces=NS) == told


@pytest.mark.parametrize("wrong", ["forum@localhost", "nobody", "a b@example.org", "Forum <forum@example.org>"])
def test_an_address_nobody_can_write_to_stops_the_start(wrong):
    with pytest.raises(WrongSetting, match="FORUM_ADMIN_MAIL"):
        Settings(admin_mail=wrong)


def test_a_public_repository_says_how_its_identifiers_are_made(many, ask, app, monkeypatch):
    monkeypatch.setitem(app.config, "BASE_URL", "https://forum.example.org")
    root = ask(verb="Identify")
    assert root.findtext(".//i:repositoryIdentifier", namespaces=NS) == "forum.example.org"
    assert root.findtext(".//o:baseURL", namespaces=NS) == "https://forum.example.org/oai"
    named = identifiers(ask(verb="ListIdentifiers", metadataPrefix="oai_dc"))
    assert all(re.fullmatch(r"oai:forum\.example\.org:\d+", name) for name in named)


def test_it_is_compressed_as_it_says_it_can_be(many, as_):
    answer = as_(None).get("/oai?verb=ListRecords&metadataPrefix=oai_dc", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer.headers["Vary"]
    SCHEMA.assertValid(etree.fromstring(gzip.decompress(answer.data)))


def test_an_empty_repository_answers_validly_too(app, ask):
    assert ask(verb="Identify").find(".//o:earliestDatestamp", NS) is not None
    assert error(ask(verb="ListRecords", metadataPrefix="oai_dc")) == "noRecordsMatch"
    assert len(ask(verb="ListSets").findall(".//o:set", NS)) == 4


def test_no_stamp_is_before_the_earliest_nor_in_another_zone(many, ask):
    earliest = ask(verb="Identify").findtext(".//o:earliestDatestamp", namespaces=NS)
    root = ask(verb="ListIdentifiers", metadataPrefix="oai_dc")
    stamps = [element.text for element in root.iterfind(".//o:datestamp", NS)]
    assert min(stamps) == earliest and max(stamps) <= root.findtext("o:responseDate", namespaces=NS)
    assert stamps[0] == (clock.now() - timedelta(minutes=60)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert error(ask(verb="ListIdentifiers", metadataPrefix="oai_dc", until="1970-01-01T00:00:00Z")) == "noRecordsMatch"


def test_nothing_left_of_a_list_is_said_in_words_of_the_protocol(many, ask, monkeypatch):
    monkeypatch.setattr(queries.headers, "__kwdefaults__", {"size": 11})
    last = ask(verb="ListRecords", metadataPrefix="oai_dc", until=answers.utc(clock.now() - timedelta(minutes=1)))
    token = last.findtext(".//o:resumptionToken", namespaces=NS)
    assert token and len(identifiers(last)) == 11
    tell(EntryChanged(entry_id=many[11].id))  # stamped now, after what was asked for
    follow()
    assert error(ask(verb="ListRecords", resumptionToken=token)) == "noRecordsMatch"


def test_it_names_its_format_and_its_sets(many, ask):
    assert ask(verb="ListMetadataFormats").findtext(".//o:metadataPrefix", namespaces=NS) == "oai_dc"
    specs = [element.text for element in ask(verb="ListSets").iterfind(".//o:setSpec", NS)]
    assert {"kind-resource", "theme-diversion", "region-andes"} <= set(specs) and len(specs) == len(set(specs))
    for spec in specs:
        assert re.fullmatch(r"[A-Za-z0-9_.!~*'()-]+(:[A-Za-z0-9_.!~*'()-]+)*", spec)


def test_records_come_by_get_and_by_post_alike(many, ask):
    got = ask(verb="ListRecords", metadataPrefix="oai_dc")
    posted = ask("post", verb="ListRecords", metadataPrefix="oai_dc")
    assert identifiers(got) == identifiers(posted) and len(identifiers(got)) == 12
    titles = [element.text for element in got.iterfind(".//dc:title", NS)]
    assert titles == [f"Number {n}" for n in range(12)]
    assert b"MARKER" not in etree.tostring(got)


def test_one_record_is_the_same_as_in_the_list(many, ask):
    listed = ask(verb="ListRecords", metadataPrefix="oai_dc").find(".//o:record", NS)
    name = listed.findtext("o:header/o:identifier", namespaces=NS)
    one = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=name).find(".//o:record", NS)
    assert etree.tostring(one, method="c14n") == etree.tostring(listed, method="c14n")
    assert ask(verb="ListMetadataFormats", identifier=name).find(".//o:metadataFormat", NS) is not None


def test_a_list_comes_in_parts_that_make_the_whole(many, ask, monkeypatch):
    monkeypatch.setattr(queries.headers, "__kwdefaults__", {"size": 5})
    for verb in ("ListIdentifiers", "ListRecords"):
        root, found, cursors = ask(verb=verb, metadataPrefix="oai_dc"), [], []
        while True:
            found += identifiers(root)
            token = root.find(".//o:resumptionToken", NS)
            assert token.get("completeListSize") == "12"
            cursors.append(int(token.get("cursor")))
            if not token.text:
                break
            root = ask(verb=verb, resumptionToken=token.text)
        assert cursors == [0, 5, 10] and len(found) == len(set(found)) == 12


def test_what_changes_meanwhile_is_never_missed(many, ask, monkeypatch):
    monkeypatch.setattr(queries.headers, "__kwdefaults__", {"size": 5})
    root = ask(verb="ListRecords", metadataPrefix="oai_dc")
    token = root.find(".//o:resumptionToken", NS).text
    tell(EntryChanged(entry_id=many[7].id))  # not given yet: moves to the end
    tell(EntryChanged(entry_id=many[1].id))  # given already: comes again
    many[8].hidden_at = clock.now()
    tell(EntryChanged(entry_id=many[8].id))
    new = save(Resource(title="New", type="report"))
    tell(EntryChanged(entry_id=new.id))
    follow()
    found, gone = identifiers(root), set()
    while token:
        root = ask(verb="ListRecords", resumptionToken=token)
        found += identifiers(root)
        gone |= {e.text for e in root.iterfind(".//o:header[@status='deleted']/o:identifier", NS)}
        token = root.find(".//o:resumptionToken", NS).text
    assert {int(name.rpartition(":")[2]) for name in found} == {row.id for row in many} | {new.id}
    assert gone == {f"oai:127.0.0.1:{many[8].id}"}


def test_from_and_until_are_both_inclusive_and_days_are_whole(many, ask):
    stamps = [
        element.text for element in ask(verb="ListIdentifiers", metadataPrefix="oai_dc").iterfind(".//o:datestamp", NS)
    ]
    found = ask(verb="ListIdentifiers", metadataPrefix="oai_dc", since=stamps[2], until=stamps[4])
    assert [element.text for element in found.iterfind(".//o:datestamp", NS)] == stamps[2:5]
    days = ask(verb="ListIdentifiers", metadataPrefix="oai_dc", since=stamps[0][:10], until=stamps[-1][:10])
    assert len(identifiers(days)) == 12


def test_sets_select(many, ask):
    found = ask(verb="ListIdentifiers", metadataPrefix="oai_dc", set="theme-diversion")
    assert identifiers(found) == [f"oai:127.0.0.1:{many[3].id}"]
    assert "theme-diversion" in [element.text for element in found.iterfind(".//o:setSpec", NS)]
    assert len(identifiers(ask(verb="ListIdentifiers", metadataPrefix="oai_dc", set="kind-resource"))) == 12
    assert error(ask(verb="ListIdentifiers", metadataPrefix="oai_dc", set="kind-meeting")) == "noRecordsMatch"


def test_what_is_hidden_is_told_as_deleted_and_what_was_never_public_is_not(many, ask, cast):
    many[0].hidden_at = clock.now()
    db.session.commit()  # the worker has not looked yet
    for _worker in ("before", "after"):
        root = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:127.0.0.1:{many[0].id}")
        assert root.find(".//o:header", NS).get("status") == "deleted" and root.find(".//o:metadata", NS) is None
        tell(EntryChanged(entry_id=many[0].id))
        follow()
    many[0].hidden_at = None
    tell(EntryChanged(entry_id=many[0].id))
    follow()
    root = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:127.0.0.1:{many[0].id}")
    assert root.find(".//o:header", NS).get("status") is None
    draft = db.session.scalar(select(Entry.id).where(Entry.visibility == Visibility.DRAFT))
    tell(EntryChanged(entry_id=draft))
    follow()
    for id in (draft, cast.thread.id):
        root = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:127.0.0.1:{id}")
        assert error(root) == "idDoesNotExist"


LISTS = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
WRONG = [
    ({}, "badVerb"),
    ({"verb": "Nonsense"}, "badVerb"),
    ({"verb": "Identify", "extra": "1"}, "badArgument"),
    ({"verb": "ListRecords"}, "badArgument"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "GetRecord", "identifier": "oai:127.0.0.1:1"}, "badArgument"),
    ({**LISTS, "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
    ({"verb": "GetRecord", "metadataPrefix": "marc", "identifier": "x"}, "cannotDisseminateFormat"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "really"}, "idDoesNotExist"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:127.0.0.1:99999999999999"}, "idDoesNotExist"),
    ({"verb": "ListMetadataFormats", "identifier": "oai:elsewhere.org:1"}, "idDoesNotExist"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": 'invalid"id'}, "idDoesNotExist"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "::%zz[#a#"}, "idDoesNotExist"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": ""}, "idDoesNotExist"),
    (
        {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:127.0.0.1:1\x00\x1b\u202e"},
        "idDoesNotExist",
    ),
    ({"verb": "GetRecord", "metadataPrefix": "a b", "identifier": "x"}, "badArgument"),
    ({**LISTS, "metadataPrefix": ""}, "badArgument"),
    ({**LISTS, "metadataPrefix": "<oai>"}, "badArgument"),
    ({**LISTS, "set": ""}, "badArgument"),
    ({**LISTS, "from": ""}, "badArgument"),
    ({**LISTS, "from": "0000-01-01"}, "badArgument"),
    ({**LISTS, "from": "2001-01-01", "lang": "fr"}, "badArgument"),
    ({"verb": "ListRecords", "resumptionToken": ""}, "badResumptionToken"),
    ({"verb": "ListSets", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "listrecords", "metadataPrefix": "oai_dc"}, "badVerb"),
    ({**LISTS, "from": "yesterday"}, "badArgument"),
    ({**LISTS, "from": "2002-13-01"}, "badArgument"),
    ({**LISTS, "from": "2002-02-31"}, "badArgument"),
    ({**LISTS, "from": "2002-01-01T00:00:00"}, "badArgument"),
    ({**LISTS, "from": "2002-01-01", "until": "2003-01-01T00:00:00Z"}, "badArgument"),
    ({**LISTS, "from": "2003-01-01", "until": "2002-01-01"}, "badArgument"),
    ({**LISTS, "until": "1990-01-01"}, "noRecordsMatch"),
    ({**LISTS, "from": "2999-01-01"}, "noRecordsMatch"),
    ({**LISTS, "set": "really:wrong"}, "badArgument"),
    ({**LISTS, "set": "theme-nothing"}, "noRecordsMatch"),
    ({**LISTS, "resumptionToken": "x"}, "badArgument"),
    ({"verb": "ListRecords", "resumptionToken": "junktoken"}, "badResumptionToken"),
    ({"verb": "ListSets", "resumptionToken": "junktoken"}, "badResumptionToken"),
]


@pytest.mark.parametrize("arguments,code", WRONG)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_asked_wrongly_is_told_in_the_words_of_the_protocol(many, ask, arguments, code, method):
    arguments = {"since" if name == "from" else name: value for name, value in arguments.items()}
    assert error(ask(method, **arguments)) == code


def test_an_argument_comes_once_and_a_token_serves_one_verb(many, ask, as_, monkeypatch):
    root = etree.fromstring(as_(None).get("/oai?verb=Identify&verb=Identify").data)
    assert error(root) == "badVerb"
    root = etree.fromstring(as_(None).get("/oai?verb=ListRecords&metadataPrefix=oai_dc&set=kind-resource&set=x").data)
    assert error(root) == "badArgument"
    monkeypatch.setattr(queries.headers, "__kwdefaults__", {"size": 5})
    token = ask(verb="ListRecords", metadataPrefix="oai_dc").findtext(".//o:resumptionToken", namespaces=NS)
    assert error(ask(verb="ListIdentifiers", resumptionToken=token)) == "badResumptionToken"
    assert error(ask(verb="ListRecords", resumptionToken=token[:-2] + "xx")) == "badResumptionToken"


def test_the_whole_record_is_harvested_in_valid_xml(record, ask):
    while stamping.catch_up():
        pass
    stamping.stamp_what_has_none()
    db.session.commit()
    root, found = ask(verb="ListRecords", metadataPrefix="oai_dc"), []
    while True:
        found += identifiers(root)
        token = root.findtext(".//o:resumptionToken", namespaces=NS)
        if not token:
            break
        root = ask(verb="ListRecords", resumptionToken=token)
    public = db.session.scalars(
        select(Entry.id).where(Entry.kind.in_(stamping.KINDS), Entry.visibility == Visibility.PUBLIC)
    )
    assert len(found) == len(set(found)) == len(public.all()) > 150


def test_nobody_sees_more_by_signing_in(many, cast, as_):
    for who in (None, cast.ana, cast.chidi, cast.sofia):
        assert "MARKER" not in as_(who).get("/oai?verb=ListRecords&metadataPrefix=oai_dc").text
