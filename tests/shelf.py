"""Files put into the library as its operations leave them: a row that waits to be read, and bytes in the store."""

from __future__ import annotations

import hashlib
import io
from itertools import count
from typing import Any

from flask import current_app

from forum.extraction.types import ENDINGS, what_is
from forum.kernel import blobs
from forum.kernel.db import begin_mode, db, save
from forum.library.extracting import read_files
from forum.library.models import Licence, Resource, ResourceFile

_numbers = count(1)


def shelved(content: bytes, *, by: Any = None, media_type: str = "", within: Any = None, **values: Any) -> ResourceFile:
    """A file that waits to be read, of a resource of its own unless one is given; committed."""
    made_for = {name: values.pop(name) for name in ("visibility", "group_id", "licence") if name in values}
    resource = within or save(
        Resource(
            title="Justice for children",
            type="report",
            languages=["en"],
            author_id=by.id if by else None,
            **{"licence": Licence.CC_BY, **made_for},
        )
    )
    media_type = media_type or what_is(io.BytesIO(content)) or "application/pdf"
    key = f"files/20260101/{next(_numbers):08d}"
    blobs.current().put(key, io.BytesIO(content), media_type=media_type)
    file = save(
        ResourceFile(
            resource_id=resource.id,
            number=values.pop("number", 1),
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            blob_key=key,
            **{"name": "report" + ENDINGS[media_type], **values},
        )
    )
    db.session.commit()
    return file


def read_all() -> None:
    """What the worker does, in a context of its own: what the test holds stays as it is."""
    with current_app.app_context():
        read_files(10, lambda: False)
    db.session.rollback()
    begin_mode.set("immediate")
