"""The words of one answer to a digest that was not posted are kept for their author."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# fmt: off
WHYS = (
    "", "unknown address", "forged address", "expired address", "not a member", "other sender",
    "not authentic", "no words", "encrypted", "too long", "too large", "not allowed",
    "gone", "closed", "no such item", "file refused", "too many", "auto reply",
    "list", "loop", "bounce", "complaint", "malformed", "took too long",
    "said no", "never sure", "no room",
)
# fmt: on


def upgrade():
    why = sa.Enum(*WHYS, name="why", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "mail_line",
        sa.Column("received_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("why", why, nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mail_line_member_id_member")),
        sa.ForeignKeyConstraint(
            ["received_id"],
            ["received_mail.id"],
            name=op.f("fk_mail_line_received_id_received_mail"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("received_id", "position", name=op.f("pk_mail_line")),
    )
    op.create_index(op.f("ix_mail_line_member_id"), "mail_line", ["member_id"])


def downgrade():
    op.drop_table("mail_line")
