"""A group can be joined by mail, and that taken back."""

import re

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

NEW = "join"


def upgrade():
    listed(lambda deeds: [*deeds, NEW])


def downgrade():
    op.execute("DELETE FROM mail_deed WHERE did = 'join'")
    listed(lambda deeds: [did for did in deeds if did != NEW])


def listed(change):
    """Change what the CHECK of `mail_deed.did` lists.

    SQLite would have every deed copied for it; where only a CHECK is different, it documents a way to change the words of the
    schema alone. https://www.sqlite.org/lang_altertable.html, 7
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        asked = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_mail_deed_did'"
        before = re.findall(r"'([^']*)'", connection.exec_driver_sql(asked).scalar())
        op.drop_constraint(op.f("ck_mail_deed_did"), "mail_deed", type_="check")
        op.create_check_constraint(op.f("ck_mail_deed_did"), "mail_deed", f"did IN ({said(change(before))})")
        return
    schema = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'mail_deed'").scalar()
    changed, times = re.subn(
        r"(CONSTRAINT ck_mail_deed_did CHECK \(did IN \()([^)]*)(\)\))",
        lambda found: found[1] + said(change(re.findall(r"'([^']*)'", found[2]))) + found[3],
        schema,
    )
    if times != 1:
        raise RuntimeError("the table `mail_deed` is not as the migrations before left it")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = 'mail_deed'", (changed,))
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def said(values):
    return ", ".join(f"'{value}'" for value in values)
