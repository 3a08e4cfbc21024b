"""How Alembic meets the database: safely, on SQLite and on PostgreSQL."""

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

from forum.kernel.db import begin_mode

config = context.config
db = current_app.extensions["migrate"].db


def render_item(kind, item, _autogen_context):
    """Write the database's type, not our Python class: a migration must not import the application."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def forget_empty_revisions(_context, _revision, directives):
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def migrate() -> None:
    begin_mode.set("immediate")
    arguments = dict(current_app.extensions["migrate"].configure_args)
    arguments.setdefault("process_revision_directives", forget_empty_revisions)
    sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if sqlite:
            # Batch mode drops and recreates tables; with foreign keys on, the drop cascades into the children.
            # The pragma does nothing inside a transaction, hence the driver's connection, before any BEGIN.
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                render_item=render_item,
                transactional_ddl=True,  # true on SQLite too, since forum.kernel.db emits BEGIN itself
                transaction_per_migration=True,
                **arguments,
            )
            with context.begin_transaction():
                context.run_migrations()
            if sqlite and (broken := raw.execute("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"the migration broke foreign keys: {broken[:5]}")
        finally:
            if sqlite:
                if raw.in_transaction:
                    raw.rollback()
                raw.execute("PRAGMA foreign_keys=ON")


migrate()
