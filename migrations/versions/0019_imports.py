"""Files of resources that are brought in, and what resources are called elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def one_of(kind, *values):
    return sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=20)


def upgrade():
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("stage", one_of("stage", "checked", "confirmed", "done"), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["member.id"], name=op.f("fk_import_batch_made_by_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_sha256"), ["sha256"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("outcome", one_of("outcome", "new", "known", "wrong", "imported"), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("because", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id_import_batch")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_import_row_entry_id_entry")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index("ix_import_row_outcome", ["batch_id", "outcome", "number"], unique=False)
    op.create_table(
        "resource_identifier",
        sa.Column("scheme", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_resource_identifier_resource_id_resource")
        ),
        sa.PrimaryKeyConstraint("scheme", "value", name=op.f("pk_resource_identifier")),
    )
    with op.batch_alter_table("resource_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_identifier_resource_id"), ["resource_id"], unique=False)


def downgrade():
    op.drop_table("resource_identifier")
    op.drop_table("import_row")
    op.drop_table("import_batch")
