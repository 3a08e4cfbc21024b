"""The files of the library's resources, their pages, and what else a resource is described by."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "contributor",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "contribution",
            sa.Enum(
                "author",
                "editor",
                "translator",
                name="contribution",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("is_organisation", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_contributor_resource_id_resource")),
        sa.PrimaryKeyConstraint("resource_id", "position", name=op.f("pk_contributor")),
    )
    op.create_table(
        "resource_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("blob_key", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "reading",
            sa.Enum(
                "waiting",
                "reading",
                "read",
                "empty",
                "failed",
                name="reading",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reading_attempts", sa.Integer(), nullable=False),
        sa.Column("reading_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("is_ocr", sa.Boolean(), nullable=False),
        sa.Column("suggested", sa.JSON(), nullable=False),
        sa.Column("preview_key", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["member.id"], name=op.f("fk_resource_file_added_by_id_member")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["member.id"], name=op.f("fk_resource_file_removed_by_id_member")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["resource_file.id"], name=op.f("fk_resource_file_replaces_id_resource_file")
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_file_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_file")),
        sa.UniqueConstraint("resource_id", "number", name=op.f("uq_resource_file_resource_id_number")),
    )
    with op.batch_alter_table("resource_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_file_resource_id"), ["resource_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_resource_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "resource_version",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what_changed", sa.String(length=500), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["member.id"], name=op.f("fk_resource_version_replaced_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_resource_version_resource_id_resource")
        ),
        sa.PrimaryKeyConstraint("resource_id", "number", name=op.f("pk_resource_version")),
    )
    op.create_table(
        "file_page",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("is_ocr", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["resource_file.id"], name=op.f("fk_file_page_file_id_resource_file")),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_file_page")),
    )
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alternative_titles", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("issued", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("countries", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("populations", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column(
                "licence",
                sa.Enum(
                    "public-domain",
                    "cc0",
                    "cc-by",
                    "cc-by-sa",
                    "cc-by-nd",
                    "cc-by-nc",
                    "cc-by-nc-sa",
                    "cc-by-nc-nd",
                    "permission",
                    "own",
                    "rights-reserved",
                    "unknown",
                    name="licence",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                nullable=False,
                server_default="unknown",
            )
        )
        batch_op.add_column(
            sa.Column(
                "link_state",
                sa.Enum(
                    "unchecked", "alive", "dead", name="linkstate", native_enum=False, create_constraint=True, length=20
                ),
                nullable=False,
                server_default="unchecked",
            )
        )
        batch_op.add_column(sa.Column("link_checked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("link_alive_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("link_failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade():
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_resource_licence"), type_="check")
        batch_op.drop_constraint(op.f("ck_resource_linkstate"), type_="check")
        batch_op.drop_column("version")
        batch_op.drop_column("link_failures")
        batch_op.drop_column("link_alive_at")
        batch_op.drop_column("link_checked_at")
        batch_op.drop_column("link_state")
        batch_op.drop_column("licence")
        batch_op.drop_column("populations")
        batch_op.drop_column("countries")
        batch_op.drop_column("issued")
        batch_op.drop_column("alternative_titles")

    op.drop_table("file_page")
    op.drop_table("resource_version")
    with op.batch_alter_table("resource_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_file_sha256"))
        batch_op.drop_index(batch_op.f("ix_resource_file_resource_id"))

    op.drop_table("resource_file")
    op.drop_table("contributor")
