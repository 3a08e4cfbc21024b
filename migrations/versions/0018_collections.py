"""Reading lists: a kind of entry, and what is in each."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = ("thread", "post", "resource", "congress", "meeting", "recommendation")


def upgrade():
    _let_kinds_be((*BEFORE, "collection"))
    op.create_table(
        "collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["entry.id"], name=op.f("fk_collection_id_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
    )
    op.create_table(
        "collection_item",
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["member.id"], name=op.f("fk_collection_item_added_by_id_member")),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_collection_item_collection_id_collection")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_collection_item_entry_id_entry")),
        sa.PrimaryKeyConstraint("collection_id", "entry_id", name=op.f("pk_collection_item")),
    )
    op.create_index("ix_collection_item_entry_id", "collection_item", ["entry_id"])


def downgrade():
    op.drop_index("ix_collection_item_entry_id", table_name="collection_item")
    op.drop_table("collection_item")
    op.execute("DELETE FROM follow WHERE entry_id IN (SELECT id FROM collection)")
    op.execute("DELETE FROM link WHERE from_id IN (SELECT id FROM collection) OR to_id IN (SELECT id FROM collection)")
    op.drop_table("collection")
    op.execute("DELETE FROM entry WHERE kind = 'collection'")
    _let_kinds_be(BEFORE)


def _let_kinds_be(kinds):
    """Change which kinds of entry there can be.

    SQLite would have the largest table of all copied for it; where only a CHECK is different, it documents a way to
    change the words of the schema alone. https://www.sqlite.org/lang_altertable.html, 7
    """
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_entry_kind"), "entry", type_="check")
        op.create_check_constraint(op.f("ck_entry_kind"), "entry", f"kind IN ({allowed})")
        return
    schema = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'entry'"
    ).scalar()
    changed, times = re.subn(
        r"(CONSTRAINT ck_entry_kind CHECK \(kind IN \()[^)]*(\)\))", rf"\g<1>{allowed}\g<2>", schema
    )
    if times != 1:
        raise RuntimeError("the table `entry` is not as the migrations before left it")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'entry'", (changed,))
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
