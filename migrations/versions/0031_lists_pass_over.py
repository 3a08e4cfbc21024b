"""Lists pass over what they do not show by reading their index alone."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

WHO_MAY_SEE = ["visibility", "hidden_at", "author_id"]


def upgrade():
    op.drop_index("ix_entry_group_kind_active", "entry")
    op.create_index("ix_entry_group_kind_active", "entry", ["group_id", "kind", "active_at", "id", *WHO_MAY_SEE])
    op.drop_index("ix_entry_kind_active", "entry")
    op.create_index("ix_entry_kind_active", "entry", ["kind", "active_at", "id", "group_id", *WHO_MAY_SEE])


def downgrade():
    op.drop_index("ix_entry_kind_active", "entry")
    op.create_index("ix_entry_kind_active", "entry", ["kind", "active_at", "group_id"])
    op.drop_index("ix_entry_group_kind_active", "entry")
    op.create_index("ix_entry_group_kind_active", "entry", ["group_id", "kind", "active_at"])
