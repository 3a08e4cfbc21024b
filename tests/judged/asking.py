"""The real record in a site of its own, asked through the same function as the search page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask_migrate import upgrade

from forum.app import create_app
from forum.kernel.db import begin_mode, db
from forum.kernel.settings import Settings
from forum.library.models import Resource
from forum.meetings.models import Congress, Meeting
from forum.recommendations.models import Recommendation
from forum.record.loading import load
from forum.search import indexer
from forum.search.engine import Engine
from forum.search.engines import choose
from forum.search.queries import SIZE, search
from tests.judged.measures import LOOKED_THROUGH, Judged


def load_the_record() -> None:
    """The record as it comes with the forum, committed."""
    begin_mode.set("immediate")
    load()
    db.session.commit()


def index(engine: Engine) -> None:
    while indexer.rebuild_a_little(engine, afresh=not engine.health().ready):
        pass


def names() -> dict[str, str]:
    """The record's id of each document's key."""
    return {
        f"entry/{row.id}": row.source_id
        for kind in (Congress, Meeting, Recommendation, Resource)
        for row in db.session.execute(db.select(kind.__table__.c.id, kind.__table__.c.source_id))
        if row.source_id
    }


def asker(engine: Engine) -> Callable[[Judged], list[str]]:
    """Asks this engine as a visitor would, page by page, and gives the record's ids."""
    called = names()

    def ask(judged: Judged) -> list[str]:
        answers: list[str] = []
        for page in range(1, LOOKED_THROUGH // SIZE + 1):
            found = search(engine, judged.typed, reader=None, language=judged.language, filters={}, page=page)
            answers += [called.get(result.key, result.key) for result in found.page]
            if len(found.page) < SIZE:
                break
        return answers

    return ask


@contextmanager
def site(folder: str, search_url: str) -> Iterator[Engine]:
    """A site with nothing but the record, searched by the engine of this URL."""
    settings = Settings(data_dir=folder, search_url=search_url, secret_key="a secret that only tests know")
    with create_app(settings).app_context():
        upgrade()
        load_the_record()
        engine = choose(settings)
        index(engine)
        yield engine
        engine.close()
        db.session.remove()
        db.engine.dispose()
