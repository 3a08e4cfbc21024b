"""kill -9 of the process that indexes, again and again: the index always opens and ends complete."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask_migrate import upgrade

from forum.app import create_app
from forum.entries.events import EntryChanged
from forum.kernel.db import begin_mode, db
from forum.kernel.events import record
from forum.kernel.settings import Settings
from forum.search import indexer
from forum.search.engines import choose
from forum.search.query import parse
from tests import make

ROOT = Path(__file__).resolve().parents[3]
INDEXING = """
import sys
from forum.app import create_app
from forum.kernel.settings import Settings
from forum.search import engine, indexer
app = create_app(Settings(data_dir=sys.argv[1], search_url=sys.argv[2], secret_key="a secret that only tests know"))
with app.app_context():
    print("ready", flush=True)
    while True:
        indexer.catch_up(engine.current(), limit=7)
"""
KILLS = 16


@pytest.mark.slow
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
            worker = subprocess.Popen(
                [sys.executable, "-c", INDEXING, str(tmp_path), search_url],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert worker.stdout.readline() == "ready\n"
            until = time.monotonic() + random.uniform(0.02, 0.7)
            while time.monotonic() < until:
                begin_mode.set("immediate")
                thread = make.thread(people.ana, people.andes_group, title=f"Survivor number{written}")
                record(EntryChanged(entry_id=thread.id))
                db.session.commit()
                written += 1
                time.sleep(0.005)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            worker.stdout.close()
            looking = choose(settings)
            health = looking.health()
            assert health.ready or looking.store.pointed("CURRENT") is None, health
            looking.close()
        engine = app.extensions["forum.search"]
        while indexer.catch_up(engine) or not engine.health().ready:
            pass
        keys = frozenset({"anyone"})
        assert engine.find(parse("survivor", ["en"]), keys=keys).total == written
        missing = [n for n in range(written) if not engine.find(parse(f"number{n}", ["en"]), keys=keys).total]
        assert missing == []
        assert engine.count() == written + 2
        engine.close()
        db.session.remove()
        db.engine.dispose()
