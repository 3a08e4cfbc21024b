"""What concerns a member, kept on their own page until it is read."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

GATHERING = sa.text("read_at IS NULL AND key IS NULL")
UNREAD = sa.text("read_at IS NULL")


def upgrade():
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "replies",
                "thread",
                "mention",
                "adopted",
                "changed",
                "closed",
                "reopened",
                "moved",
                "deleted",
                "restored",
                "asked",
                "admitted",
                "declined",
                "brought in",
                "newcomer",
                "welcome",
                "suggested",
                "taken",
                "not taken",
                "found",
                name="notice_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "chose",
                "started",
                "replied",
                "mentioned",
                "group",
                "each",
                "named",
                "theirs",
                "asked",
                "tending",
                "moderating",
                "kept",
                "about",
                "member",
                name="notice_reason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notice_member_id_member")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_notice_entry_id_entry")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_notice_group_id_group")),
        sa.ForeignKeyConstraint(["actor_id"], ["member.id"], name=op.f("fk_notice_actor_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_notice_member_id_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_group_id"), ["group_id"], unique=False)
        batch_op.create_index("ix_notice_member_at", ["member_id", "at"], unique=False)
        batch_op.create_index(
            "uq_notice_gathering",
            ["member_id", "entry_id", "kind"],
            unique=True,
            sqlite_where=GATHERING,
            postgresql_where=GATHERING,
        )
        batch_op.create_index(
            "ix_notice_unread", ["member_id"], unique=False, sqlite_where=UNREAD, postgresql_where=UNREAD
        )


def downgrade():
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_unread", sqlite_where=UNREAD, postgresql_where=UNREAD)
        batch_op.drop_index("uq_notice_gathering", sqlite_where=GATHERING, postgresql_where=GATHERING)
        batch_op.drop_index("ix_notice_member_at")
        batch_op.drop_index(batch_op.f("ix_notice_group_id"))
        batch_op.drop_index(batch_op.f("ix_notice_entry_id"))

    op.drop_table("notice")
