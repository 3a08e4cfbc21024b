"""Blobs in a bucket that speaks S3. Needs the extra `s3`; credentials come from the usual AWS_* variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from forum.kernel.blobs.port import CHUNK, NoSuchBlob, StoreTrouble, safe

ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
PATIENCE = Config(
    connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}, signature_version="s3v4"
)


class S3Blobs:
    """Objects in one bucket, below an optional prefix.

    An upload of several parts shows nothing before its last part is acknowledged, and is taken back when it fails;
    parts of a machine that died meanwhile are for the bucket's lifecycle rule (see docs/library.md).
    """

    def __init__(
        self, bucket: str, *, endpoint: str | None = None, region: str | None = None, prefix: str = ""
    ) -> None:
        self.bucket, self.prefix = bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client: Any = boto3.client("s3", endpoint_url=endpoint, region_name=region, config=PATIENCE)

    @classmethod
    def at(cls, url: str) -> S3Blobs:
        """The bucket of `s3://bucket?endpoint=…&region=…&prefix=…`; all but the bucket may be left out."""
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return cls(
            parts.netloc, endpoint=asked.get("endpoint"), region=asked.get("region"), prefix=asked.get("prefix", "")
        )

    def _name(self, key: str) -> str:
        return self.prefix + safe(key)

    def put(self, key: str, source: BinaryIO, *, media_type: str = "application/octet-stream") -> None:
        try:
            self._client.upload_fileobj(
                _Lent(source), self.bucket, self._name(key), ExtraArgs={"ContentType": media_type}
            )
        except (BotoCoreError, ClientError, S3UploadFailedError) as error:
            raise StoreTrouble(self._said(error)) from error

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        if end is not None and end <= start:
            self.size(key)  # says whether it is there
            return iter(())
        try:
            found = self._client.get_object(
                Bucket=self.bucket,
                Key=self._name(key),
                Range=f"bytes={start}-{'' if end is None else end - 1}",
            )
        except (BotoCoreError, ClientError) as error:
            if _code(error) in ("InvalidRange", "416"):
                return iter(())  # nothing follows after its end
            raise self._reason(error, key) from error
        pieces: Iterator[bytes] = found["Body"].iter_chunks(CHUNK)
        return pieces

    def size(self, key: str) -> int:
        try:
            return int(self._client.head_object(Bucket=self.bucket, Key=self._name(key))["ContentLength"])
        except (BotoCoreError, ClientError) as error:
            raise self._reason(error, key) from error

    def delete(self, key: str) -> None:
        try:
            self._client.delete_object(Bucket=self.bucket, Key=self._name(key))
        except (BotoCoreError, ClientError) as error:
            raise StoreTrouble(self._said(error)) from error

    def keys(self, prefix: str = "") -> Iterator[str]:
        try:
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + prefix):
                for row in page.get("Contents", ()):
                    yield row["Key"].removeprefix(self.prefix)
        except (BotoCoreError, ClientError) as error:
            raise StoreTrouble(self._said(error)) from error

    def health(self) -> str:
        try:
            self._client.head_bucket(Bucket=self.bucket)
        except (BotoCoreError, ClientError) as error:
            raise StoreTrouble(self._said(error)) from error
        return f"the bucket {self.bucket} answers"

    def _reason(self, error: Exception, key: str) -> Exception:
        return NoSuchBlob(key) if _code(error) in ABSENT else StoreTrouble(self._said(error))

    def _said(self, error: Exception) -> str:
        advice = "check FORUM_BLOB_URL and the AWS_* variables"
        if _code(error) in ABSENT | {"NoSuchBucket"}:
            return f"there is no bucket {self.bucket}; make it, or {advice}"
        if _code(error) in ("403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
            return f"the bucket {self.bucket} refuses us; {advice}"
        return f"the bucket {self.bucket} cannot be reached ({_code(error) or type(error).__name__}); {advice}"


class _Lent:
    """A file as boto3 needs it: one that it cannot close, and that gives as much as is asked for until its end.

    boto3 takes a short answer for the end of the file, and would store a part as if it were the whole.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        found = bytearray()
        while size < 0 or len(found) < size:
            piece = self._file.read(CHUNK if size < 0 else size - len(found))
            if not piece:
                break
            found += piece
        return bytes(found)


def _code(error: Exception) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""
