"""What harvesters of other libraries were told, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "harvested_record",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_harvested_record_entry_id_entry")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_harvested_record")),
    )
    with op.batch_alter_table("harvested_record", schema=None) as batch_op:
        batch_op.create_index("ix_harvested_record_stamp", ["stamped_at", "entry_id"], unique=False)


def downgrade():
    op.drop_table("harvested_record")
