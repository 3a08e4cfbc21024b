"""A digest remembers which posts it quotes, so that it does not go when one of them was deleted or hidden meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("digest_item", sa.Column("quoted", sa.Integer(), nullable=True))


def downgrade():
    with op.batch_alter_table("digest_item") as table:
        table.drop_column("quoted")
