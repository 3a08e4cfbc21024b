"""An index of the tokens of forms that leaves out posts without one, so that statistics never speak against it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GIVEN = sa.text("submission IS NOT NULL")


def upgrade():
    op.create_index("ix_post_submission_given", "post", ["submission"], sqlite_where=GIVEN, postgresql_where=GIVEN)


def downgrade():
    op.drop_index("ix_post_submission_given", table_name="post")
