"""Adopted wording is frozen by the database too: no UPDATE of title or text, no way back to draft, no DELETE.

A later migration that recreates the table `recommendation` on SQLite (batch mode) drops these triggers and must make
them again; the tests of the triggers run on the migrated database and would notice.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SENTENCE = "the wording of an adopted recommendation cannot change"
ADOPTED = "OLD.state NOT IN ('draft', 'submitted')"
REWORDS = "(NEW.title <> OLD.title OR NEW.text <> OLD.text OR NEW.state IN ('draft', 'submitted'))"


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"""
            CREATE FUNCTION refuse_new_wording() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {ADOPTED} THEN
                    IF TG_OP = 'DELETE' THEN
                        RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'check_violation';
                    ELSIF {REWORDS} THEN
                        RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'check_violation';
                    END IF;
                END IF;
                IF TG_OP = 'DELETE' THEN
                    RETURN OLD;
                END IF;
                RETURN NEW;
            END $$
            """
        )
        op.execute(
            "CREATE TRIGGER adopted_wording_is_frozen BEFORE UPDATE OR DELETE ON recommendation "
            "FOR EACH ROW EXECUTE FUNCTION refuse_new_wording()"
        )
        return
    op.execute(
        f"""
        CREATE TRIGGER adopted_wording_is_frozen BEFORE UPDATE OF title, text, state ON recommendation
        WHEN {ADOPTED} AND {REWORDS}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER adopted_recommendation_stays BEFORE DELETE ON recommendation
        WHEN {ADOPTED}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
        """
    )


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER adopted_wording_is_frozen ON recommendation")
        op.execute("DROP FUNCTION refuse_new_wording()")
        return
    op.execute("DROP TRIGGER adopted_wording_is_frozen")
    op.execute("DROP TRIGGER adopted_recommendation_stays")
