"""Lists by latest activity see in their index which group a thread is in, and pass over those of others unread."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_entry_kind_active", "entry")
    op.create_index("ix_entry_kind_active", "entry", ["kind", "active_at", "group_id"])


def downgrade() -> None:
    op.drop_index("ix_entry_kind_active", "entry")
    op.create_index("ix_entry_kind_active", "entry", ["kind", "active_at"])
