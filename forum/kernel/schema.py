"""The migrations, and whether the database stands at the newest. Alembic is loaded only by who migrates."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from forum.kernel import health
from forum.kernel.db import db
from forum.kernel.later import Later

if TYPE_CHECKING:
    import flask_migrate
else:
    flask_migrate = Later("flask_migrate")

EXTENSION = "migrate"  # where Flask-Migrate looks


class Migrations:
    """What Flask-Migrate's commands and `migrations/env.py` ask the application for.

    Args:
        directory: of the migrations; each file's name begins with its revision.
    """

    configure_args = {"compare_type": True, "render_as_batch": True}

    def __init__(self, directory: Path) -> None:
        self.db, self.directory = db, str(directory)

    @cached_property
    def migrate(self) -> Any:
        return flask_migrate.Migrate(None, db, self.directory, **self.configure_args)

    @property
    def newest(self) -> str:
        """The revision the code was written for."""
        return max(file.name.partition("_")[0] for file in Path(self.directory, "versions").glob("[0-9]*_*.py"))


@health.check("schema")
def the_schema_is_the_newest() -> str:
    """The database stands at the migration this code was written for."""
    migrations: Migrations = current_app.extensions[EXTENSION]
    try:
        found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):  # no such table: nothing was ever migrated
        db.session.rollback()
        found = None
    if found != migrations.newest:
        raise health.Unwell(f"it stands at {found or 'nothing'}, the code needs {migrations.newest}; run: forum init")
    return f"at migration {found}"


def init_app(app: Flask, directory: Path) -> None:
    """Tell Flask-Migrate where our migrations are."""
    app.extensions[EXTENSION] = Migrations(directory)
