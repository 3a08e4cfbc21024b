"""Kept searches remember how far they go beyond their words."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("saved_search", sa.Column("wishes", sa.JSON(), nullable=False, server_default="{}"))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("saved_search", "wishes", server_default=None)


def downgrade():
    with op.batch_alter_table("saved_search") as table:
        table.drop_column("wishes")
