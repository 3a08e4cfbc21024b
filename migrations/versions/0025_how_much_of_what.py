"""How much of a theme and of a region a member wants to hear, posts by mail at once, and whether any may come so."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BEFORE = ("first", "normal", "titles", "never")
SINCE = ("each", *BEFORE)


def upgrade():
    weigh_groups(SINCE)
    for thing in ("theme", "region"):
        table = f"{thing}_weight"
        op.create_table(
            table,
            sa.Column("member_id", sa.Integer(), nullable=False),
            sa.Column(f"{thing}_id", sa.Integer(), nullable=False),
            sa.Column("weight", one_of(SINCE), nullable=False),
            sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f(f"fk_{table}_member_id_member")),
            sa.ForeignKeyConstraint([f"{thing}_id"], [f"{thing}.id"], name=op.f(f"fk_{table}_{thing}_id_{thing}")),
            sa.PrimaryKeyConstraint("member_id", f"{thing}_id", name=op.f(f"pk_{table}")),
        )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{thing}_id"), [f"{thing}_id"], unique=False)
    op.execute("ALTER TABLE mail_choice ADD COLUMN at_once BOOLEAN DEFAULT true NOT NULL")


def downgrade():
    op.execute("ALTER TABLE mail_choice DROP COLUMN at_once")
    for thing in ("region", "theme"):
        with op.batch_alter_table(f"{thing}_weight", schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{thing}_weight_{thing}_id"))
        op.drop_table(f"{thing}_weight")
    op.execute("UPDATE group_weight SET weight = 'first' WHERE weight = 'each'")
    weigh_groups(BEFORE)


def one_of(values):
    return sa.Enum(*values, name="weight", native_enum=False, create_constraint=True, length=20)


def weigh_groups(values):
    """The table of group weights anew, with the CHECK of these values: SQLite cannot change the one there is."""
    op.execute("CREATE TABLE group_weight_kept AS SELECT member_id, group_id, weight FROM group_weight")
    op.drop_table("group_weight")
    op.create_table(
        "group_weight",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("weight", one_of(values), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_group_weight_group_id_group")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_group_weight_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "group_id", name=op.f("pk_group_weight")),
    )
    with op.batch_alter_table("group_weight", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_weight_group_id"), ["group_id"], unique=False)
    op.execute(
        "INSERT INTO group_weight (member_id, group_id, weight) SELECT member_id, group_id, weight FROM group_weight_kept"
    )
    op.drop_table("group_weight_kept")
