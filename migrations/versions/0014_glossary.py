"""The glossary is looked after: notes, retired concepts, revisions, suggestions."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "concept_revision",
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f("fk_concept_revision_concept_id_concept")),
        sa.ForeignKeyConstraint(["editor_id"], ["member.id"], name=op.f("fk_concept_revision_editor_id_member")),
        sa.PrimaryKeyConstraint("concept_id", "version", name=op.f("pk_concept_revision")),
    )
    op.create_table(
        "term_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("open", "taken", "declined", name="verdict", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_term_suggestion_author_id_member")),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f("fk_term_suggestion_concept_id_concept")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["member.id"], name=op.f("fk_term_suggestion_decided_by_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_suggestion")),
    )
    with op.batch_alter_table("term_suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_term_suggestion_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_term_suggestion_concept_id"), ["concept_id"], unique=False)

    with op.batch_alter_table("concept", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("replaced_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default="2026-01-01 00:00:00")
        )


def downgrade():
    with op.batch_alter_table("concept", schema=None) as batch_op:
        batch_op.drop_column("changed_at")
        batch_op.drop_column("version")
        batch_op.drop_column("replaced_by")
        batch_op.drop_column("retired_at")
        batch_op.drop_column("note")

    with op.batch_alter_table("term_suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_term_suggestion_concept_id"))
        batch_op.drop_index(batch_op.f("ix_term_suggestion_author_id"))

    op.drop_table("term_suggestion")
    op.drop_table("concept_revision")
