"""What every store of files must do, on disk and in a bucket. A new adapter joins by its name in `store`."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from forum.kernel.blobs import CHUNK, Blobs, NoSuchBlob, StoreTrouble, choose
from forum.kernel.settings import Settings, WrongSetting
from tests import servers

ROOT = Path(__file__).resolve().parents[2]
LARGE = random.Random(7).randbytes(9 * 2**20 + 3)  # S3 takes more than 8 MB in several parts


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server on loopback that speaks S3, with credentials nobody else knows."""
    known = {name: os.environ.get(name) for name in AWS}
    os.environ.update(AWS)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=servers.free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    for name, value in known.items():
        os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


AWS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(params=["file", "s3"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "file":
        return "file:"
    endpoint = request.getfixturevalue("endpoint")
    bucket = f"files-{random.randrange(10**9)}"
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    return f"s3://{bucket}?endpoint={endpoint}&prefix=forum"


@pytest.fixture
def store(url: str, tmp_path: Path) -> Blobs:
    return choose(Settings(data_dir=str(tmp_path), blob_url=url))


def everything(store: Blobs, key: str, *span: int) -> bytes:
    return b"".join(store.read(key, *span))


@pytest.mark.parametrize("content", [b"", b"some bytes", LARGE], ids=["nothing", "a little", "much"])
def test_what_was_put_is_read_back_whole_in_pieces_of_bearable_size(store, content):
    store.put("files/2026/a.pdf", io.BytesIO(content), media_type="application/pdf")
    pieces = list(store.read("files/2026/a.pdf"))
    assert b"".join(pieces) == content
    assert all(len(piece) <= CHUNK for piece in pieces)
    assert store.size("files/2026/a.pdf") == len(content)


def test_any_span_of_bytes_can_be_read_by_itself(store):
    store.put("a", io.BytesIO(b"0123456789"))
    assert everything(store, "a", 3) == b"3456789"
    assert everything(store, "a", 3, 5) == b"34"
    assert everything(store, "a", 0, 1) == b"0"
    assert everything(store, "a", 9, 400) == b"9"
    assert everything(store, "a", 5, 5) == b""
    assert everything(store, "a", 10) == b""


def test_only_what_the_source_still_holds_is_stored_and_the_source_stays_open(store):
    source = io.BytesIO(b"0123456789")
    source.seek(4)
    store.put("a", source)
    assert everything(store, "a") == b"456789"
    assert not source.closed


def test_an_absent_blob_is_said_to_be_absent_at_once(store):
    for ask in (store.size, store.read):
        with pytest.raises(NoSuchBlob):
            ask("not/there")
    store.delete("not/there")


def test_a_deleted_blob_is_gone_and_the_others_stay(store):
    store.put("a/1", io.BytesIO(b"one"))
    store.put("a/2", io.BytesIO(b"two"))
    store.delete("a/1")
    assert sorted(store.keys()) == ["a/2"]
    with pytest.raises(NoSuchBlob):
        store.read("a/1")


def test_keys_are_found_by_how_they_begin(store):
    for key in ("files/1/x", "files/2/y", "previews/1"):
        store.put(key, io.BytesIO(b"x"))
    assert sorted(store.keys("files/")) == ["files/1/x", "files/2/y"]
    assert sorted(store.keys()) == ["files/1/x", "files/2/y", "previews/1"]
    assert list(store.keys("none")) == []


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../secret", "a//b", "a/../b", "A", "a b", ".part-x", "a" * 201])
def test_a_key_that_could_leave_its_place_is_refused(store, key):
    for deed in (store.size, store.read, store.delete, lambda key: store.put(key, io.BytesIO(b"x"))):
        with pytest.raises(ValueError):
            deed(key)


class Breaking(io.BytesIO):
    """A source that fails on the way, as a disk or a connection does."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 2**20:
            raise OSError("the wire was cut")
        return super().read(min(size, 2**18) if size and size > 0 else 2**18)


def test_an_upload_that_breaks_leaves_nothing_to_be_seen(store):
    with pytest.raises((OSError, StoreTrouble)):
        store.put("files/broken", Breaking(LARGE))
    assert list(store.keys()) == []
    with pytest.raises(NoSuchBlob):
        store.read("files/broken")


SLOW_UPLOAD = """
import io, sys, time
from forum.kernel.blobs import choose
from forum.kernel.settings import Settings
class Slow(io.BytesIO):
    def read(self, size=-1):
        print("reading", flush=True); time.sleep(0.05)
        return super().read(2**18 if size is None or size < 0 else min(size, 2**18))
choose(Settings(data_dir=sys.argv[1], blob_url=sys.argv[2])).put("files/killed", Slow(bytes(64 * 2**20)))
"""


def test_a_machine_that_dies_while_uploading_leaves_nothing_to_be_seen(store, url, tmp_path):
    writer = subprocess.Popen([sys.executable, "-c", SLOW_UPLOAD, str(tmp_path), url], cwd=ROOT, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    for _ in range(5):
        writer.stdout.readline()  # it is in the middle
    writer.kill()
    writer.wait()
    writer.stdout.close()
    time.sleep(0.1)
    assert list(store.keys()) == []
    store.put("files/killed", io.BytesIO(b"another try"))
    assert everything(store, "files/killed") == b"another try"


def test_a_store_that_works_says_where_files_lie(store):
    assert store.health()


def test_a_bucket_that_is_not_there_is_said_in_a_sentence(endpoint, tmp_path):
    store = choose(Settings(data_dir=str(tmp_path), blob_url=f"s3://nowhere?endpoint={endpoint}"))
    with pytest.raises(StoreTrouble, match="no bucket nowhere"):
        store.health()
    with pytest.raises(StoreTrouble, match="nowhere"):
        store.put("a", io.BytesIO(b"x"))


def test_a_bucket_out_of_reach_is_said_in_a_sentence(endpoint, tmp_path):
    away = f"s3://files?endpoint=http://127.0.0.1:{servers.free_port()}"
    store = choose(Settings(data_dir=str(tmp_path), blob_url=away))
    with pytest.raises(StoreTrouble, match="cannot be reached"):
        store.health()


def test_s3_without_boto3_stops_the_start_with_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "forum.kernel.blobs.s3", None)
    with pytest.raises(WrongSetting, match=r"BLOB_URL.*boto3.*\[s3\]"):
        choose(Settings(data_dir=str(tmp_path), blob_url="s3://files"))


def test_s3_without_a_bucket_is_a_wrong_setting():
    with pytest.raises(WrongSetting, match="name the bucket"):
        Settings(blob_url="s3:")
