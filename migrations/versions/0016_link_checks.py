"""When the address of a resource was last tried; the resource itself changes only when it dies or comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "link_check",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("moved_to", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name="fk_link_check_resource_id_resource", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", name="pk_link_check"),
    )
    op.create_index("ix_link_check_due_at", "link_check", ["due_at"])
    op.drop_column("resource", "link_checked_at")
    op.drop_column("resource", "link_failures")


def downgrade():
    op.add_column("resource", sa.Column("link_failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("resource", sa.Column("link_checked_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_link_check_due_at", table_name="link_check")
    op.drop_table("link_check")
