"""kill -9 of the process that indexes, again and again: the index always opens and ends complete."""

import os
import random
import signal
import time
from multiprocessing.connection import Connection

import pytest
from flask_migrate import upgrade

from forum.app import create_app
from forum.entries.events import EntryChanged
from forum.kernel.db import begin_mode, db
from forum.kernel.events import record
from forum.kernel.settings import Settings
from forum.search import engine, indexer
from forum.search.engines import choose
from forum.search.query import parse
from tests import make, newborn

KILLS = 16


def index(settings: Settings, said: Connection) -> None:
    """What is killed: an indexer that takes a few at a time."""
    with create_app(settings).app_context():
        said.send("ready")
        while True:
            indexer.catch_up(engine.current(), limit=7)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("search_url", ["whoosh:", "tantivy:"])
def test_killed_at_any_moment_the_index_opens_and_ends_complete(tmp_path, search_url):
    settings = Settings(data_dir=str(tmp_path), search_url=search_url, secret_key="a secret that only tests know")
    app = create_app(settings)
    with app.app_context():
        upgrade()
        begin_mode.set("immediate")
        people = make.cast()
        db.session.commit()
        written = 0
        for _ in range(KILLS):
            hears, says = newborn.pipe(duplex=False)
            worker = newborn.born(index, settings, says)
            says.close()
            assert hears.recv() == "ready"
            until = time.monotonic() + random.uniform(0.02, 0.7)
            while time.monotonic() < until:
                begin_mode.set("immediate")
                thread = make.thread(people.ana, people.andes_group, title=f"Survivor number{written}")
                record(EntryChanged(entry_id=thread.id))
                db.session.commit()
                written += 1
                time.sleep(0.005)
            os.kill(worker.pid, signal.SIGKILL)
            worker.join()
            hears.close()
            looking = choose(settings)
            health = looking.health()
            assert health.ready or looking.store.pointed("CURRENT") is None, health
            looking.close()
        whole = app.extensions["forum.search"]
        while indexer.catch_up(whole) or not whole.health().ready:
            pass
        keys = frozenset({"anyone"})
        assert whole.find(parse("survivor", ["en"]), keys=keys).total == written
        missing = [n for n in range(written) if not whole.find(parse(f"number{n}", ["en"]), keys=keys).total]
        assert missing == []
        assert whole.count() == written + 2
        whole.close()
        db.session.remove()
        db.engine.dispose()
