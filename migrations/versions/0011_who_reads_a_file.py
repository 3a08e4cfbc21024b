"""Files wait to be read in a queue of their own: who reads one, and not before when it is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNREAD = sa.text("reading IN ('waiting', 'reading')")


def upgrade():
    op.add_column("resource_file", sa.Column("reading_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("resource_file", sa.Column("reading_by", sa.String(length=80), nullable=True))
    op.create_index("ix_resource_file_unread", "resource_file", ["id"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade():
    op.drop_index("ix_resource_file_unread", table_name="resource_file")
    op.drop_column("resource_file", "reading_by")
    op.drop_column("resource_file", "reading_due_at")
