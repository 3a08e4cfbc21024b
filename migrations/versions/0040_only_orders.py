"""What answers a confirmation of ours, and is no order, is refused for that."""

import re

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

NEW = "only orders"


TABLES = ("received_mail", "mail_line")


def upgrade():
    for table in TABLES:
        listed(table, lambda whys: [*whys, NEW])


def downgrade():
    for table in TABLES:
        op.execute(f"UPDATE {table} SET why = 'no words' WHERE why = 'only orders'")  # noqa: S608  (names of ours)
        listed(table, lambda whys: [why for why in whys if why != NEW])


def listed(table, change):
    """Change what the CHECK of `why` lists.

    SQLite would have every mail copied for it; where only a CHECK is different, it documents a way to change the words of the
    schema alone. https://www.sqlite.org/lang_altertable.html, 7
    """
    connection, name = op.get_bind(), f"ck_{table}_why"
    if connection.dialect.name == "postgresql":
        asked = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
        before = re.findall(r"'([^']*)'", connection.exec_driver_sql(asked, (name,)).scalar())
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"why IN ({said(change(before))})")
        return
    schema = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar()
    changed, times = re.subn(
        rf"(CONSTRAINT {name} CHECK \(why IN \()([^)]*)(\)\))",
        lambda found: found[1] + said(change(re.findall(r"'([^']*)'", found[2]))) + found[3],
        schema,
    )
    if times != 1:
        raise RuntimeError(f"the table `{table}` is not as the migrations before left it")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = ?", (changed, table))
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def said(whys):
    return ", ".join(f"'{why}'" for why in whys)
