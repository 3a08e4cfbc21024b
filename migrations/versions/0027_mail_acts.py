"""What those who look after the site did about mail."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ACTS = ("again", "stop", "release", "pause", "lift", "fetch")


def upgrade():
    op.create_table(
        "mail_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column(
            "act", sa.Enum(*ACTS, name="act", native_enum=False, create_constraint=True, length=20), nullable=False
        ),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("received_id", sa.Integer(), nullable=True),
        sa.Column("suppression_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_mail_act_by_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_act")),
    )
    with op.batch_alter_table("mail_act", schema=None) as batch_op:
        batch_op.create_index("ix_mail_act_at", ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_act_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_act_delivery_id"), ["delivery_id"], unique=False)


def downgrade():
    op.drop_table("mail_act")
