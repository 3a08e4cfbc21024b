"""Making documents of many things at once, so that one which cannot be made does not keep the others out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from traceback import format_exception

import structlog
from sqlalchemy.exc import OperationalError

from forum.kernel.db import begin_mode, db
from forum.search.engine import Busy, Document, NotReady
from forum.search.said import key_of

#: Not the entry's fault: the disk, the database, another process. Tried again, however often it takes.
PASSING = (Busy, NotReady, OSError, OperationalError)
log = structlog.get_logger(__name__)
Make = Callable[[list[int]], tuple[list[Document], list[str]]]
Store = Callable[[list[Document], list[str]], None]


@dataclass
class Made:
    """What came of it.

    Args:
        gone: keys that have no document (any more).
        failed: the keys of what was set aside, and why.
    """

    documents: list[Document] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def made_of(make: Make, ids: list[int], key: Callable[[int], str] = key_of) -> Made:
    """Make the documents of these ids; what raises is looked for by halves and set aside.

    Args:
        key: what an id is called in the index.
    Raises:
        any of PASSING: nothing is set aside for these.
    """
    if not ids:
        return Made()
    try:
        return Made(*make(ids))
    except PASSING:
        raise
    except Exception as error:
        db.session.rollback()
        begin_mode.set("deferred")
        if len(ids) == 1:
            log.exception("this cannot be put in the index", key=key(ids[0]))
            return Made(failed={key(ids[0]): "".join(format_exception(error))})
        half = len(ids) // 2
        first, second = made_of(make, ids[:half], key), made_of(make, ids[half:], key)
        return Made(first.documents + second.documents, first.gone + second.gone, {**first.failed, **second.failed})


def put(store: Store, documents: list[Document], gone: list[str]) -> dict[str, str]:
    """Store what can be stored; returns the keys that the engine would not take, and why.

    Args:
        store: puts some documents in an engine, and takes these keys out of it, in one commit.
    Raises:
        any of PASSING: it is the engine that cannot, not the documents; a later turn will do it.
    """
    try:
        store(documents, gone)
        return {}
    except PASSING:
        raise
    except Exception as error:
        if len(documents) <= 1:
            log.exception("the engine does not take this", keys=[d.key for d in documents])
            return {document.key: "".join(format_exception(error)) for document in documents}
        half = len(documents) // 2
        return {**put(store, documents[:half], gone), **put(store, documents[half:], [])}
