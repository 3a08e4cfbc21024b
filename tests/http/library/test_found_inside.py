"""The whole way: a member sends a bilingual PDF, the worker reads it, everybody finds the page and reads it there."""

import io
import re
from html import unescape

from forum.kernel.db import db
from forum.library.models import ResourceFile
from tests import documents
from tests.shelf import read_all


def shared(client, content, name="report.pdf", **fields):
    """Sends the form as a browser without JavaScript does; the address of the resource."""
    form = {"type": "report", "licence": "cc-by", "language": "en", "languages": "en", "audience": "public", **fields}
    answer = client.post(
        "/library/new", data={**form, "files": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>(.*?)</p>', answer.text, re.S)
    return answer.location.split("#")[0]


def found(client, words):
    """Where a search for these words leads into files."""
    page = client.get("/search", query_string={"q": words}).text
    return [unescape(address) for address in re.findall(r'href="(/library/\d+/files/\d+/pages/\d+[^"]*)"', page)]


def test_a_bilingual_report_is_found_by_a_phrase_on_page_14_and_opens_there(as_, cast, indexed):
    place = shared(as_(cast.bao), documents.bilingual_pdf(), title="Justice for children")
    read_all()
    indexed()
    for words, mark in (
        ('"replaced solitary confinement"', "<mark>solitary</mark>"),
        ("البديلة", "<mark>البديلة</mark>"),
    ):
        (address,) = found(as_(None), words)
        assert address.startswith(f"{place}/files/1/pages/14?q=")
        assert mark in as_(None).get(address).text


def test_a_hostile_file_is_refused_in_a_sentence_and_the_site_goes_on(as_, cast, indexed):
    place = shared(as_(cast.bao), documents.bomb(64), name="minutes.docx", title="Minutes")
    read_all()
    indexed()
    assert "unpack" in as_(cast.bao).get(place).text
    assert db.session.scalar(db.select(ResourceFile.reason)) == "bomb"


def test_what_only_a_group_may_see_is_found_by_nobody_else(as_, cast, indexed):
    shared(as_(cast.ana), documents.bilingual_pdf(), title="Ours", audience=f"group:{cast.closed_group.slug}")
    read_all()
    indexed()
    assert found(as_(cast.ana), "solitary confinement")
    assert not found(as_(cast.dora), "solitary confinement") and not found(as_(None), "solitary confinement")


def test_a_corrected_language_finds_other_forms(as_, cast, indexed):
    """Taken for English, "protegiendo" is no form of anything."""
    place = shared(as_(cast.bao), documents.pdf(["Protegiendo"]), title="Notas")
    db.session.execute(db.update(ResourceFile).values(language="en"))
    db.session.commit()
    read_all()
    indexed()
    assert not found(as_(None), "protegido")
    assert as_(cast.bao).post(f"{place}/files/1/language", data={"language": "es"}).status_code == 303
    indexed()
    assert found(as_(None), "protegido")
