"""An index made by older rules is built anew by the worker, while it answers: no operator need know."""

from __future__ import annotations

import sys

import pytest

from forum.entries.events import EntryChanged
from forum.kernel import health
from forum.kernel.db import db
from forum.kernel.events import record
from forum.search import engine as port
from forum.search import handlers, rebuilding
from forum.search.audience import keys_of
from forum.search.query import parse
from forum.search.rebuilding import rebuild_a_little, renew_a_little


@pytest.fixture
def engine(app, indexed):
    return app.extensions["forum.search"]


@pytest.fixture
def older(engine, monkeypatch, indexed):
    """Builds the index as an older version would have, or begins to."""

    def build(*, whole=True):
        with monkeypatch.context() as patch:
            for module in (port, rebuilding, sys.modules[type(engine).__module__]):
                patch.setattr(module, "MAKING", 1)
            if whole:
                while rebuild_a_little(engine, afresh=True):
                    pass
            else:
                engine.begin(0, afresh=True)

    return build


def finds(engine, typed):
    return engine.find(parse(typed, ["en"]), keys=keys_of(None)).total


def say(thread, title):
    thread.title = title
    record(EntryChanged(entry_id=thread.id))
    db.session.commit()


def test_an_index_made_by_older_rules_answers_until_another_takes_over(engine, cast, older, indexed):
    say(cast.thread, "Heron")
    older()
    generation = engine.health().generation
    assert (engine.health().is_old, engine.health().making, finds(engine, "heron")) == (True, 1, 1)
    assert "older rules" in next(f.words for f in health.findings() if f.part == "search")
    assert renew_a_little(engine, seconds=0.0) is True
    assert (engine.health().generation, finds(engine, "heron")) == (generation, 1)
    say(cast.thread, "Flamingo")
    indexed()
    assert finds(engine, "flamingo") == 1, "it follows the record meanwhile"
    while renew_a_little(engine, seconds=0.0):
        pass
    assert engine.health().generation != generation
    assert (engine.health().is_old, finds(engine, "flamingo"), finds(engine, "heron")) == (False, 1, 0)
    assert "older rules" not in next(f.words for f in health.findings() if f.part == "search")


def test_the_worker_does_it_by_itself_and_leaves_a_present_one_alone(engine, cast, older, monkeypatch):
    monkeypatch.setattr(handlers.renewing, "seconds", 0.0)
    older()
    for _turn in range(20):
        handlers.renew_an_older_index()
    assert not engine.health().is_old
    generation = engine.health().generation
    handlers.renew_an_older_index()
    assert engine.health().generation == generation


def test_what_an_older_version_began_to_build_is_begun_again(engine, cast, older):
    older(whole=False)
    assert engine.begin(0).making == 1
    while rebuild_a_little(engine):
        pass
    assert (engine.health().making, engine.health().is_old) == (port.MAKING, False)


def test_while_somebody_else_builds_the_worker_waits(engine, cast, older):
    older()
    with engine.writing("next"):
        assert renew_a_little(engine, seconds=0.0) is True
    assert engine.health().is_old
