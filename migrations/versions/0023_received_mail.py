"""Mail that came in, as it came, and what entries came by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "mail_origin",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_mail_origin_entry_id_entry")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_mail_origin")),
    )
    with op.batch_alter_table("mail_origin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_origin_message_id"), ["message_id"], unique=False)

    op.create_table(
        "received_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "transport",
            sa.Enum(
                "lmtp",
                "imap",
                "webhook",
                "tried",
                name="transport",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("envelope_from", sa.String(length=320), nullable=False),
        sa.Column("envelope_to", sa.String(length=320), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "fate",
            sa.Enum(
                "received",
                "posted",
                "done",
                "held",
                "refused",
                "automatic",
                "returned",
                "repeated",
                "unreadable",
                name="fate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "why",
            sa.Enum(
                "",
                "unknown address",
                "forged address",
                "expired address",
                "not a member",
                "other sender",
                "not authentic",
                "no words",
                "too long",
                "too large",
                "not allowed",
                "gone",
                "closed",
                "no such item",
                "file refused",
                "too many",
                "auto reply",
                "list",
                "loop",
                "bounce",
                "complaint",
                "malformed",
                "took too long",
                "said no",
                "never sure",
                name="why",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_by", sa.String(length=80), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_received_mail_entry_id_entry")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_received_mail_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("digest", "envelope_to", name=op.f("uq_received_mail_digest_envelope_to")),
    )
    with op.batch_alter_table("received_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_received_mail_delivery_id"), ["delivery_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_received_mail_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index("ix_received_mail_fate", ["fate", "received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_received_mail_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "ix_received_mail_open",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("fate = 'received'"),
            postgresql_where=sa.text("fate = 'received'"),
        )


def downgrade():
    with op.batch_alter_table("received_mail", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_received_mail_open",
            sqlite_where=sa.text("fate = 'received'"),
            postgresql_where=sa.text("fate = 'received'"),
        )
        batch_op.drop_index(batch_op.f("ix_received_mail_member_id"))
        batch_op.drop_index("ix_received_mail_fate")
        batch_op.drop_index(batch_op.f("ix_received_mail_entry_id"))
        batch_op.drop_index(batch_op.f("ix_received_mail_delivery_id"))

    op.drop_table("received_mail")
    with op.batch_alter_table("mail_origin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_origin_message_id"))

    op.drop_table("mail_origin")
