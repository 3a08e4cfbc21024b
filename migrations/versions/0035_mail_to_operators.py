"""Those who look after the site are told of mail to postmaster@ and abuse@."""

import re

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KIND, REASON = "operators", "site"


def upgrade():
    listed("kind", lambda kinds: [*kinds, KIND])
    listed("reason", lambda reasons: [*reasons, REASON])


def downgrade():
    op.execute("DELETE FROM notice WHERE kind = 'operators'")
    listed("kind", lambda kinds: [kind for kind in kinds if kind != KIND])
    listed("reason", lambda reasons: [reason for reason in reasons if reason != REASON])


def listed(column, change):
    """Change what the CHECK of a column of `notice` lists.

    SQLite would have every notice copied for it; where only a CHECK is different, it documents a way to change the words of the
    schema alone. https://www.sqlite.org/lang_altertable.html, 7
    """
    connection, name = op.get_bind(), f"ck_notice_notice_{column}"
    if connection.dialect.name == "postgresql":
        asked = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
        before = re.findall(r"'([^']*)'", connection.exec_driver_sql(asked, (name,)).scalar())
        op.drop_constraint(op.f(name), "notice", type_="check")
        op.create_check_constraint(op.f(name), "notice", f"{column} IN ({said(change(before))})")
        return
    schema = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'notice'").scalar()
    changed, times = re.subn(
        rf"(CONSTRAINT {name} CHECK \({column} IN \()([^)]*)(\)\))",
        lambda found: found[1] + said(change(re.findall(r"'([^']*)'", found[2]))) + found[3],
        schema,
    )
    if times != 1:
        raise RuntimeError("the table `notice` is not as the migrations before left it")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = 'notice'", (changed,))
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def said(values):
    return ", ".join(f"'{value}'" for value in values)
