"""Meetings remember how often and when they were changed, for calendar programs."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    # what is there already counts as changed now: when it was is not known
    stamp = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}" + ("" if is_sqlite else "+00")
    op.add_column("meeting", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("meeting", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=stamp))
    if not is_sqlite:
        op.alter_column("meeting", "version", server_default=None)
        op.alter_column("meeting", "changed_at", server_default=None)


def downgrade():
    op.drop_column("meeting", "changed_at")
    op.drop_column("meeting", "version")
