"""Who refused a newcomer, as it is kept who admitted one."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # one sentence for both databases: Alembic's way makes SQLite copy the table that everything refers to
    op.execute(
        "ALTER TABLE member ADD COLUMN refused_by_id INTEGER "
        "CONSTRAINT fk_member_refused_by_id_member REFERENCES member (id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE member DROP COLUMN refused_by_id")
