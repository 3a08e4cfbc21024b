"""An index of the few threads that are pinned."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PINNED = sa.text("pinned_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_thread_pinned", "thread", ["pinned_at"], sqlite_where=PINNED, postgresql_where=PINNED)


def downgrade() -> None:
    op.drop_index("ix_thread_pinned", "thread")
