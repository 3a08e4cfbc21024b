"""Who waits to be let into a group is found without reading every membership."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

WAITS = sa.text("joined_at IS NULL")


def upgrade():
    op.create_index("ix_membership_waiting", "membership", ["requested_at"], sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade():
    op.drop_index("ix_membership_waiting", "membership")
