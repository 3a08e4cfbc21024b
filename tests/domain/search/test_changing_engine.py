"""Changing the engine: one built beforehand while another answers, misses nothing that happened meanwhile."""

from dataclasses import replace

import pytest

from forum.entries.events import EntryChanged
from forum.kernel import bulk, health
from forum.kernel.db import db
from forum.kernel.events import record
from forum.kernel.settings import Settings, WrongSetting
from forum.search import changes, indexer
from forum.search import engine as engines
from forum.search.audience import keys_of
from forum.search.commands import reindex
from forum.search.engines import choose
from forum.search.query import parse


@pytest.fixture
def other(app):
    """The other embedded engine, beside the one that answers."""
    settings = app.extensions["forum.settings"]
    engine = choose(replace(settings, search_url="whoosh:" if settings.search_engine == "tantivy" else "tantivy:"))
    yield engine
    engine.close()


def finds(engine, typed):
    return engine.find(parse(typed, ["en"]), keys=keys_of(None)).total


def say(thread, title):
    thread.title = title
    record(EntryChanged(entry_id=thread.id))
    db.session.commit()


def test_what_changes_after_another_engine_was_built_is_found_once_it_answers(app, cast, indexed, other, make):
    say(cast.thread, "Heron")
    indexed()
    result = app.test_cli_runner().invoke(reindex, ["--engine", other.name, "--afresh"])
    assert result.exit_code == 0, result.output
    assert f"FORUM_SEARCH_URL={other.name}:" in result.output
    assert (finds(other, "heron"), finds(engines.current(), "heron")) == (1, 1)
    say(cast.thread, "Flamingo")
    indexed()
    assert bulk.unread(changes.READER) == [], "the engine that answers acknowledged everything"
    while indexer.catch_up(other):
        pass
    assert (finds(other, "heron"), finds(other, "flamingo")) == (0, 1)


def test_building_another_engine_leaves_the_outbox_to_the_one_that_answers(app, cast, indexed, other):
    indexed()
    say(cast.thread, "Pelican")
    app.test_cli_runner().invoke(reindex, ["--engine", other.name, "--afresh"])
    assert finds(other, "pelican") == 1
    assert finds(engines.current(), "pelican") == 0
    assert len(bulk.unread(changes.READER)) == 1
    indexed()
    assert finds(engines.current(), "pelican") == 1


@pytest.mark.parametrize(
    ("url", "database", "sentence"),
    [
        ("solr:", "", "use whoosh:, tantivy:, postgresql:"),
        ("tantivy:/elsewhere", "", "use whoosh:, tantivy:, postgresql:"),
        ("postgresql:", "", "the site's own database, which is SQLite"),
        ("postgresql://x", "", "postgresql+psycopg://"),
    ],
)
def test_a_wrong_engine_is_refused_with_a_sentence(url, database, sentence):
    with pytest.raises(WrongSetting, match="FORUM_SEARCH_URL") as refused:
        Settings(search_url=url, database_url=database)
    assert sentence in str(refused.value)


def test_a_refusal_does_not_tell_a_password():
    with pytest.raises(WrongSetting) as refused:
        Settings(search_url="postgres://forum:sesame@host/base")
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "database", "engine", "lies_in"),
    [
        ("", "", "whoosh", None),
        ("whoosh:", "", "whoosh", None),
        ("tantivy:", "", "tantivy", None),
        ("postgresql:", "postgresql+psycopg://a@b/c", "postgresql", "postgresql+psycopg://a@b/c"),
        ("postgresql+psycopg://a@b/d", "", "postgresql", "postgresql+psycopg://a@b/d"),
    ],
)
def test_a_setting_names_the_engine(url, database, engine, lies_in):
    settings = Settings(search_url=url, database_url=database)
    assert settings.search_engine == engine
    assert choose(settings).name == engine
    if lies_in:
        assert settings.search_database == lies_in


def test_health_says_when_a_site_has_outgrown_its_engine(app, cast, indexed, monkeypatch):
    engine = engines.current()
    said = health.CHECKS["search"]()
    assert said == f"{engine.name} answers from {engine.count()} documents"
    monkeypatch.setattr(type(engine), "comfortable", 1)
    assert "more than it answers quickly (1)" in health.CHECKS["search"]()
    if engine.name == "whoosh":
        assert "set FORUM_SEARCH_URL=tantivy: and run: forum reindex" in health.CHECKS["search"]()
