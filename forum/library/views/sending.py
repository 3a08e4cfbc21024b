"""A file's bytes as an answer: safe to open, in any part, checkable, and only now, for this reader.

https://www.rfc-editor.org/rfc/rfc9110 (ranges, validators), rfc9530 (Repr-Digest), rfc6266 (Content-Disposition)
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, request
from werkzeug.http import http_date, is_resource_modified, parse_if_range_header

from forum.extraction.types import HTML, PDF, PICTURES, TEXT
from forum.kernel import blobs
from forum.library.models import ResourceFile

#: What may be shown in the browser: nothing in it can act. All else, HTML above all, is only ever saved.
SHOWN_INLINE = PICTURES | {PDF}
NOTHING_MAY_RUN = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def send(file: ResourceFile, *, inline: bool = False) -> Response:
    """Answer a GET or HEAD for a file its reader may have. Permission is for the caller to ask, at every request.

    Args:
        inline: show it in the browser, where its type is harmless; else it is saved.

    Raises:
        StoreTrouble: the store cannot be reached, or has lost the file.
    """
    response = Response(mimetype="text/plain" if file.media_type == TEXT else file.media_type)
    if file.media_type in (HTML, TEXT):
        response.mimetype_params.clear()  # we do not know its encoding, and saying the wrong one would spoil it
        response.headers["Content-Type"] = file.media_type
    _describe(response, file, inline=inline and file.media_type in SHOWN_INLINE)
    if not is_resource_modified(request.environ, etag=file.sha256, last_modified=file.added_at):
        response.status_code = 304
        return response
    span = _span(file)
    if span == (0, 0) and file.size:
        response.status_code = 416
        response.headers["Content-Range"] = f"bytes */{file.size}"
        return response
    start, end = span
    if (start, end) != (0, file.size):
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    response.headers["Content-Length"] = str(end - start)
    if request.method != "HEAD":
        response.response = _bytes(file, start, end)
        response.direct_passthrough = True
    return response


def _describe(response: Response, file: ResourceFile, *, inline: bool) -> None:
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    fallback = file.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    way = "inline" if inline else "attachment"
    response.set_etag(file.sha256)
    response.headers.update(
        {
            "Content-Disposition": f"{way}; filename=\"{fallback}\"; filename*=UTF-8''{quote(file.name)}",
            "Last-Modified": http_date(file.added_at),
            "Accept-Ranges": "bytes",
            "Repr-Digest": f"sha-256=:{digest}:",
            "Digest": f"sha-256={digest}",
            "Cache-Control": "private, no-cache",  # kept by the reader alone, and asked for again each time
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            # browsers refuse to open their own PDF viewer in a sandbox; it lets nothing in the PDF reach our pages
            "Content-Security-Policy": NOTHING_MAY_RUN if file.media_type == PDF else f"{NOTHING_MAY_RUN}; sandbox",
        }
    )


def _span(file: ResourceFile) -> tuple[int, int]:
    """Which bytes are asked for, the end excluded; (0, 0) where none of them is there. Several spans count as all."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or not _range_still_fits(file):
        return 0, file.size
    span = asked.range_for_length(file.size)
    return (0, 0) if span is None else (span[0] or 0, file.size if span[1] is None else span[1])


def _range_still_fits(file: ResourceFile) -> bool:
    """Whether the part the reader has is of this file: If-Range says which one it is of."""
    condition = parse_if_range_header(request.headers.get("If-Range"))
    if condition.etag is not None:
        return condition.etag == file.sha256
    return condition.date is None or file.added_at.replace(microsecond=0) <= condition.date


def _bytes(file: ResourceFile, start: int, end: int) -> Iterator[bytes]:
    try:
        return blobs.current().read(file.blob_key, start, end)
    except blobs.NoSuchBlob as lost:
        raise blobs.StoreTrouble(f"the bytes of file {file.id} ({file.blob_key}) are not there") from lost
