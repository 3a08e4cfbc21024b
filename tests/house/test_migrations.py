"""The migrations make the schema the models describe, on both databases, and can be taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Enum, inspect

from forum.app import create_app
from forum.kernel.db import Base, db
from forum.kernel.settings import Settings
from tests import servers


def site_on(url: str, folder: Path) -> Flask:
    return create_app(Settings(data_dir=str(folder), secret_key="a secret that only tests know", database_url=url))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    if request.param == "sqlite":
        yield site_on("", tmp_path)
        return
    with servers.postgres_database("migrations") as url:
        yield site_on(url, tmp_path)


def drift() -> list[object]:
    """What a new migration would have to do."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def values_disagreed_on() -> list[str]:
    """Columns whose CHECK lists other values than the model: Alembic does not compare those."""
    asked = inspect(db.engine)
    wrong = []
    for table in Base.metadata.sorted_tables:
        listed = {
            str(check["name"]): set(re.findall("'([^']*)'", str(check["sqltext"])))
            for check in asked.get_check_constraints(table.name)
        }
        for column in table.columns:
            if isinstance(column.type, Enum) and column.type.enums:
                name = f"ck_{table.name}_{column.type.name}"
                if listed.get(name) != set(column.type.enums):
                    wrong.append(name)
    return wrong


def test_the_migrations_and_the_models_agree_and_every_migration_can_be_undone(site):
    with site.app_context():
        try:
            upgrade()
            assert not drift(), (
                "The models and the migrations disagree. Write a migration: `.venv/bin/python -m forum.cli db migrate`."
            )
            assert not values_disagreed_on(), "The models know other values than the database takes."
            downgrade(revision="base")
            assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}, "downgrade() left tables behind"
            upgrade()
            assert not drift()
        finally:
            db.session.remove()
            db.engine.dispose()


def test_the_newest_migration_is_told_by_its_name(app):
    """`forum.kernel.schema` reads file names, so that no web server has to load Alembic."""
    migrations = app.extensions["migrate"]
    assert migrations.newest == ScriptDirectory(migrations.directory).get_current_head()
