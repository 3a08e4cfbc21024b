"""Mail can be refused because too much waits for a word already."""

import re

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NEW = "no room"


def upgrade():
    listed(lambda whys: [*whys, NEW])


def downgrade():
    op.execute("UPDATE received_mail SET why = 'never sure' WHERE why = 'no room'")
    listed(lambda whys: [why for why in whys if why != NEW])


def listed(change):
    """Change what the CHECK of `received_mail.why` lists.

    SQLite would have every mail copied for it; where only a CHECK is different, it documents a way to change the words of the
    schema alone. https://www.sqlite.org/lang_altertable.html, 7
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        asked = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_received_mail_why'"
        before = re.findall(r"'([^']*)'", connection.exec_driver_sql(asked).scalar())
        op.drop_constraint(op.f("ck_received_mail_why"), "received_mail", type_="check")
        op.create_check_constraint(op.f("ck_received_mail_why"), "received_mail", f"why IN ({said(change(before))})")
        return
    schema = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'received_mail'").scalar()
    pattern = r"(CONSTRAINT ck_received_mail_why CHECK \(why IN \()([^)]*)(\)\))"
    changed, times = re.subn(
        pattern, lambda found: found[1] + said(change(re.findall(r"'([^']*)'", found[2]))) + found[3], schema
    )
    if times != 1:
        raise RuntimeError("the table `received_mail` is not as the migrations before left it")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = 'received_mail'", (changed,))
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def said(whys):
    return ", ".join(f"'{why}'" for why in whys)
