"""What mail that came in did, what waits for its member's word, and what is folded under posts."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "post_quote",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_quote_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_quote")),
    )
    op.create_table(
        "mail_words",
        sa.Column("received_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("kept_at", AT, nullable=False),
        *_of_received("mail_words"),
        *_of("mail_words", "member_id", "member"),
        sa.PrimaryKeyConstraint("received_id", name=op.f("pk_mail_words")),
    )
    op.create_index(op.f("ix_mail_words_member_id"), "mail_words", ["member_id"])
    op.create_table(
        "mail_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("was_theirs", sa.Boolean(), nullable=True),
        *_of("mail_question", "member_id", "member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_question")),
    )
    op.create_index(op.f("ix_mail_question_member_id"), "mail_question", ["member_id"])
    op.create_table(
        "held_mail",
        sa.Column("received_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("vouched_at", AT, nullable=True),
        sa.Column("vouched_by_id", sa.Integer(), nullable=True),
        *_of_received("held_mail"),
        *_of("held_mail", "member_id", "member"),
        *_of("held_mail", "question_id", "mail_question"),
        *_of("held_mail", "vouched_by_id", "member"),
        sa.PrimaryKeyConstraint("received_id", name=op.f("pk_held_mail")),
    )
    op.create_index(op.f("ix_held_mail_member_id"), "held_mail", ["member_id"])
    op.create_index(op.f("ix_held_mail_question_id"), "held_mail", ["question_id"])
    did = sa.Enum(
        "post", "thread", "resource", "follow", "stop",
        name="did", native_enum=False, create_constraint=True, length=20,
    )  # fmt: skip
    op.create_table(
        "mail_deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("did", did, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("done_at", AT, nullable=False),
        sa.Column("undone_at", AT, nullable=True),
        *_of_received("mail_deed"),
        *_of("mail_deed", "member_id", "member"),
        *_of("mail_deed", "entry_id", "entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_deed")),
    )
    for column in ("received_id", "member_id", "entry_id"):
        op.create_index(op.f(f"ix_mail_deed_{column}"), "mail_deed", [column])


def _of(table, column, other):
    yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _of_received(table):
    name = op.f(f"fk_{table}_received_id_received_mail")
    yield sa.ForeignKeyConstraint(["received_id"], ["received_mail.id"], name=name, ondelete="CASCADE")


def downgrade():
    for table in ("mail_deed", "held_mail", "mail_question", "mail_words", "post_quote"):
        op.drop_table(table)
