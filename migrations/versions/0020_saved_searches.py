"""Searches members keep, and what was found by them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("mails", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("watched_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_saved_search_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_search_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_search_watched_until"), ["watched_until"], unique=False)
    op.create_table(
        "search_news",
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_search_news_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["search_id"], ["saved_search.id"], name=op.f("fk_search_news_search_id_saved_search"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("search_id", "entry_id", name=op.f("pk_search_news")),
    )
    with op.batch_alter_table("search_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_news_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_news_found_at"), ["found_at"], unique=False)


def downgrade():
    op.drop_table("search_news")
    op.drop_table("saved_search")
