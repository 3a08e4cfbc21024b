"""What waits for a member can be put off by mail, and that taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BEFORE = ("post", "thread", "resource", "follow", "stop")
SINCE = (*BEFORE, "put_off")
KEEP = "CREATE TABLE mail_deed_kept AS SELECT id, received_id, member_id, did, entry_id, before, done_at, undone_at FROM mail_deed"
BRING = (
    "INSERT INTO mail_deed (id, received_id, member_id, did, entry_id, before, done_at, undone_at)"
    " SELECT id, received_id, member_id, did, entry_id, before, done_at, undone_at FROM mail_deed_kept"
)
INDEXED = ("received_id", "member_id", "entry_id")


def upgrade():
    for column in ("put_off_at", "put_off_until"):
        op.add_column("mail_choice", sa.Column(column, AT, nullable=True))
    deeds(SINCE)


def downgrade():
    op.execute("DELETE FROM mail_deed WHERE did = 'put_off'")
    deeds(BEFORE)
    for column in ("put_off_until", "put_off_at"):
        op.execute(f"ALTER TABLE mail_choice DROP COLUMN {column}")


def deeds(values):
    """The CHECK of what a mail can have done; SQLite cannot change the one there is, and gets the table anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_mail_deed_did"), "mail_deed")
        listed = ", ".join(f"'{value}'" for value in values)
        op.create_check_constraint(op.f("ck_mail_deed_did"), "mail_deed", f"did IN ({listed})")
        return
    op.execute(KEEP)
    op.drop_table("mail_deed")
    op.create_table(
        "mail_deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "did", sa.Enum(*values, name="did", native_enum=False, create_constraint=True, length=20), nullable=False
        ),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("done_at", AT, nullable=False),
        sa.Column("undone_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["received_id"],
            ["received_mail.id"],
            name=op.f("fk_mail_deed_received_id_received_mail"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mail_deed_member_id_member")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_mail_deed_entry_id_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_deed")),
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_mail_deed_{column}"), "mail_deed", [column])
    op.execute(BRING)
    op.drop_table("mail_deed_kept")
