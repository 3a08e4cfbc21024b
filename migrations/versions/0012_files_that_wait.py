"""Files that wait for their form, and edits members suggest."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "pending_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("blob_key", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_pending_file_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_file")),
        sa.UniqueConstraint("blob_key", name=op.f("uq_pending_file_blob_key")),
        sa.UniqueConstraint("token", name=op.f("uq_pending_file_token")),
    )
    with op.batch_alter_table("pending_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_file_member_id"), ["member_id"], unique=False)

    op.create_table(
        "suggested_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "open", "accepted", "declined", name="verdict", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["member.id"], name=op.f("fk_suggested_edit_decided_by_id_member")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_suggested_edit_member_id_member")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_suggested_edit_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggested_edit")),
    )
    with op.batch_alter_table("suggested_edit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggested_edit_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suggested_edit_resource_id"), ["resource_id"], unique=False)


def downgrade():
    with op.batch_alter_table("suggested_edit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggested_edit_resource_id"))
        batch_op.drop_index(batch_op.f("ix_suggested_edit_member_id"))

    op.drop_table("suggested_edit")
    with op.batch_alter_table("pending_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_file_member_id"))

    op.drop_table("pending_file")
