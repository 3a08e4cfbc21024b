"""Files as they are fetched: by whom, how safely, in which parts."""

from __future__ import annotations

import base64
import hashlib

import pytest

from forum.entries.models import Visibility
from forum.kernel import blobs, clock
from forum.kernel.db import db
from forum.library.models import Licence
from tests import sent_files

WORDS = b"MARKER-FILE and other words.\n" * 40


@pytest.fixture
def shared(cast, make):
    resource = make.resource(by=cast.bao)
    make.file(resource, WORDS)
    make.file(resource, sent_files.pdf(), "report.pdf", number=2)
    make.file(resource, b"<!doctype html><script>alert(1)</script>MARKER", "page.html", number=3)
    make.file(resource, sent_files.photograph(), "page.jpg", number=4)
    db.session.commit()
    return resource


def url(resource, number=1, name="words.txt"):
    return f"/library/{resource.id}/files/{number}/{name}"


def test_a_file_comes_whole_with_what_is_needed_to_check_and_to_keep_it(cast, as_, shared):
    found = as_(None).get(url(shared))
    digest = hashlib.sha256(WORDS)
    assert (found.status_code, found.data) == (200, WORDS)
    assert found.headers["Content-Length"] == str(len(WORDS))
    assert found.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert found.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert found.headers["Accept-Ranges"] == "bytes"
    assert found.headers["Last-Modified"]


@pytest.mark.parametrize("number, name", [(1, "words.txt"), (2, "report.pdf"), (3, "page.html"), (4, "page.jpg")])
def test_nothing_in_a_file_can_act(cast, as_, shared, number, name):
    for asked in ("", "?view"):
        headers = as_(None).get(url(shared, number, name) + asked).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        shown = asked == "?view" and name in ("report.pdf", "page.jpg")
        assert headers["Content-Disposition"].startswith("inline" if shown else "attachment")
        assert "sandbox" in headers["Content-Security-Policy"] or name == "report.pdf"
        assert "no-cache" in headers["Cache-Control"] and "private" in headers["Cache-Control"]


@pytest.mark.parametrize(
    "asked, status, content, said",
    [
        ("bytes=0-9", 206, WORDS[:10], f"bytes 0-9/{len(WORDS)}"),
        ("bytes=10-", 206, WORDS[10:], f"bytes 10-{len(WORDS) - 1}/{len(WORDS)}"),
        ("bytes=-5", 206, WORDS[-5:], f"bytes {len(WORDS) - 5}-{len(WORDS) - 1}/{len(WORDS)}"),
        ("bytes=0-999999", 200, WORDS, None),
        (f"bytes={len(WORDS)}-", 416, b"", f"bytes */{len(WORDS)}"),
        ("bytes=0-1,4-5", 200, WORDS, None),
        ("lines=1-2", 200, WORDS, None),
        ("bytes=nonsense", 200, WORDS, None),
    ],
)
def test_parts_can_be_asked_for(cast, as_, shared, asked, status, content, said):
    found = as_(None).get(url(shared), headers={"Range": asked})
    assert (found.status_code, found.data, found.headers.get("Content-Range")) == (status, content, said)


def test_a_part_of_another_version_is_answered_with_the_whole(cast, as_, shared):
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert as_(None).get(url(shared), headers=headers).status_code == 200
    etag = as_(None).get(url(shared)).headers["ETag"]
    assert as_(None).get(url(shared), headers={**headers, "If-Range": etag}).status_code == 206


def test_what_the_reader_has_is_not_sent_again_and_head_sends_nothing(cast, as_, shared):
    etag = as_(None).get(url(shared)).headers["ETag"]
    again = as_(None).get(url(shared), headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    head = as_(None).head(url(shared))
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(WORDS)))


def test_another_name_leads_to_the_right_one_and_a_name_in_any_writing_works(cast, make, as_, shared):
    assert as_(None).get(url(shared, name="old name.txt")).headers["Location"].endswith(url(shared))
    make.file(shared, b"words in Arabic", "تقرير 1.txt", number=9)
    db.session.commit()
    page = as_(None).get(f"/library/{shared.id}").text
    address = next(part for part in page.split('"') if part.startswith(f"/library/{shared.id}/files/9/"))
    found = as_(None).get(address)
    assert found.status_code == 200
    assert "filename*=UTF-8''%D8%AA" in found.headers["Content-Disposition"]


READERS = ("visitor", "dora", "bao", "ana", "youssef", "chidi", "sofia")


@pytest.mark.parametrize(
    "visibility, hidden, opens_for",
    [
        (Visibility.PUBLIC, False, set(READERS)),
        (Visibility.MEMBERS, False, set(READERS) - {"visitor"}),
        (Visibility.GROUP, False, {"ana", "chidi", "sofia"}),
        (Visibility.DRAFT, False, {"ana", "sofia"}),
        (Visibility.PUBLIC, True, {"ana", "chidi", "sofia"}),
    ],
)
def test_whoever_may_not_see_a_resource_gets_nothing_of_its_files(cast, make, as_, visibility, hidden, opens_for):
    resource = make.resource(
        "MARKER-TITLE",
        by=cast.ana,
        visibility=visibility,
        group_id=cast.closed_group.id if visibility is Visibility.GROUP else None,
        hidden_at=clock.now() if hidden else None,
    )
    make.file(resource, WORDS, "secret.txt")
    db.session.commit()
    etag = f'"{hashlib.sha256(WORDS).hexdigest()}"'
    for who in READERS:
        client = as_(getattr(cast, who, None))
        for address in (url(resource, name="secret.txt"), url(resource, name="x"), f"/library/{resource.id}",
                        f"/library/{resource.id}/versions"):  # fmt: skip
            for headers in ({}, {"Range": "bytes=0-5"}, {"If-None-Match": etag}):
                found = client.get(address, headers=headers)
                if who in opens_for:
                    assert found.status_code in (200, 206, 301, 304), (who, address)
                else:
                    assert found.status_code == 404, (who, address, found.status_code)
                    assert "MARKER" not in found.text and "MARKER" not in str(found.headers)


@pytest.mark.parametrize("licence", [Licence.UNKNOWN, Licence.RIGHTS_RESERVED])
def test_where_the_licence_forbids_it_others_see_the_record_and_its_keepers_the_file(cast, make, as_, licence):
    resource = make.resource(by=cast.bao, licence=licence)
    make.file(resource, WORDS)
    db.session.commit()
    for who in (None, cast.dora):
        refused = as_(who).get(url(resource))
        assert refused.status_code == 403 and "MARKER" not in refused.text
        assert "We may not pass this file on" in refused.text
        page = as_(who).get(f"/library/{resource.id}").text
        assert "Record only" in page and url(resource) not in page
    for who in (cast.bao, cast.chidi):
        assert as_(who).get(url(resource)).data == WORDS


def test_a_removed_file_is_gone_at_once_for_everybody(cast, make, as_, shared):
    assert as_(cast.bao).post(f"/library/{shared.id}/files/1/remove").status_code == 303
    for who in (None, cast.bao, cast.sofia):
        assert as_(who).get(url(shared)).status_code == 404


def test_only_its_keepers_remove_a_file(cast, as_, shared):
    assert as_(cast.dora).post(f"/library/{shared.id}/files/1/remove").status_code == 403
    assert as_(None).get(url(shared)).status_code == 200


def test_a_lost_blob_and_a_store_out_of_reach_are_said_kindly(cast, as_, shared):
    from forum.library.queries import files_of

    blobs.current().delete(files_of(shared)[0].blob_key)
    found = as_(None).get(url(shared))
    assert found.status_code == 503 and "Files cannot be reached" in found.text
