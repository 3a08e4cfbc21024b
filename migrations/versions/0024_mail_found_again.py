"""Mail is looked for by whom it went to and by what became of it."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_recipient", ["recipient"], unique=False)
        batch_op.create_index("ix_delivery_state", ["state", "created_at"], unique=False)


def downgrade():
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_state")
        batch_op.drop_index("ix_delivery_recipient")
