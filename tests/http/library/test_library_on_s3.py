"""The same library with its files in a bucket: sent, fetched in parts, collected."""

from __future__ import annotations

import io

import boto3
import pytest
from moto.server import ThreadedMotoServer

from forum.kernel.blobs import choose
from forum.kernel.db import db
from forum.kernel.health import the_store_of_files_answers
from forum.kernel.settings import Settings
from forum.library.models import Resource
from forum.library.queries import files_of
from tests import sent_files, servers


@pytest.fixture
def bucket(app, monkeypatch):
    """The running site keeps its files in an empty bucket on loopback."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=servers.free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="library")
    store = choose(Settings(blob_url=f"s3://library?endpoint={endpoint}"))
    monkeypatch.setitem(app.extensions, "forum.blobs", store)
    yield store
    server.stop()


def test_a_file_goes_into_the_bucket_and_comes_back_whole_and_in_parts(cast, as_, bucket):
    content = sent_files.pdf()
    form = {"title": "A guide", "language": "en", "type": "report", "licence": "cc-by", "audience": "public"}
    answer = as_(cast.bao).post("/library/new", data={**form, "files": (io.BytesIO(content), "guide.pdf")})
    assert answer.status_code == 303
    [file] = files_of(db.session.query(Resource).one())
    assert list(bucket.keys()) == [file.blob_key]
    url = f"{answer.location}/files/1/guide.pdf"
    assert as_(None).get(url).data == content
    part = as_(None).get(url, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, content[5:10])
    assert "library answers" in the_store_of_files_answers()


def test_a_bucket_that_is_away_ends_in_a_kind_page_and_nothing_half_done(app, cast, as_, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    away = f"s3://library?endpoint=http://127.0.0.1:{servers.free_port()}&region=us-east-1"
    monkeypatch.setitem(app.extensions, "forum.blobs", choose(Settings(blob_url=away)))
    form = {"title": "A guide", "language": "en", "type": "report", "licence": "cc-by", "audience": "public"}
    answer = as_(cast.bao).post("/library/new", data={**form, "files": (io.BytesIO(sent_files.pdf()), "guide.pdf")})
    assert answer.status_code == 503 and "Files cannot be reached" in answer.text
    assert db.session.query(Resource).count() == 0
