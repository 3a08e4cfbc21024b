"""Reading on the driver's own cursor: each statement by itself, and the connection goes back as it came."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, select, text

from forum.accounts.models import Member
from forum.kernel.db import db
from forum.kernel.direct import Direct, OutOfReach, line

NAME = Direct(select(Member.name).where(Member.id == bindparam("who")))


def test_each_statement_sees_what_was_committed_meanwhile(app, cast):
    with line(db.engine) as connection:
        assert connection.row(NAME, who=cast.bao.id) == ("Bao",)
        cast.bao.name = "Bao Tran"
        db.session.commit()
        assert connection.row(NAME, who=cast.bao.id) == ("Bao Tran",)


@pytest.mark.parametrize("fails", [False, True])
def test_a_connection_that_read_can_be_rolled_back_by_the_next_who_writes(app, cast, fails):
    bao, driver = cast.bao.id, None
    db.session.remove()
    try:
        with line(db.engine) as connection:
            driver = connection.connection.driver_connection
            connection.row(NAME, who=bao)
            if fails:
                raise LookupError
    except LookupError:
        pass
    if db.engine.dialect.name == "postgresql":
        assert driver is not None and driver.autocommit is False and driver.info.transaction_status.name == "IDLE"
    with db.engine.connect() as writes:
        writes.execute(text("UPDATE member SET name = 'X' WHERE id = :who"), {"who": bao})
        writes.rollback()
    with line(db.engine) as connection:
        assert connection.row(NAME, who=bao) == ("Bao",)


def test_postgresql_keeps_what_it_prepared(app, cast):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite's driver keeps its own")
    for _ in range(80):  # the pool hands its connections out in turn
        with line(db.engine) as connection:
            connection.row(NAME, who=cast.bao.id)
            driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%member.name%'")
        assert cursor.fetchone()[0] == 1
    driver.rollback()


def ask_over_a_broken_line() -> None:
    with line(db.engine) as connection:
        connection.connection.driver_connection.close()
        connection.row(NAME, who=1)


def test_a_database_that_goes_away_is_out_of_reach(app, cast):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("a file does not go away")
    with pytest.raises(OutOfReach):
        ask_over_a_broken_line()
    with line(db.engine) as connection:
        assert connection.row(NAME, who=cast.bao.id) == ("Bao",)
