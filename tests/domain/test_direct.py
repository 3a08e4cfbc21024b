"""Reading on the driver's own cursor: each statement by itself, and the connection goes back as it came."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, text

from forum.accounts.models import Member
from forum.kernel import wires
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
def test_who_writes_next_is_not_disturbed(app, cast, fails):
    bao = cast.bao.id
    db.session.remove()
    try:
        with line(db.engine) as connection:
            connection.row(NAME, who=bao)
            if fails:
                raise LookupError
    except LookupError:
        pass
    with db.engine.connect() as writes:
        writes.execute(text("UPDATE member SET name = 'X' WHERE id = :who"), {"who": bao})
        writes.rollback()
    with line(db.engine) as connection:
        assert connection.row(NAME, who=bao) == ("Bao",)


@pytest.fixture
def wire(app) -> wires.Wire:
    """The wire that will be used next."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")
    taken = wires.take(db.engine)
    wires.give_back(db.engine, taken)
    return taken


def test_a_statement_is_prepared_once_and_kept(wire, cast):
    for who in (cast.bao, cast.ana, cast.bao):
        with line(db.engine) as connection:
            assert connection.row(NAME, who=who.id) == (who.name,)
    found = wire.connection.execute(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT member.name%'"
    ).fetchall()
    assert len(found) == 1 and found[0][0] >= 3 and found[0][1] == 0


def test_a_wire_only_reads(wire):
    with pytest.raises(Exception, match="read-only transaction"):
        wire.connection.execute("UPDATE member SET name = 'X'")


def test_a_word_with_a_nul_is_refused_and_not_cut(wire, cast):
    with pytest.raises(Exception, match="NUL"), line(db.engine):
        wire.rows("SELECT member.id FROM member WHERE member.name = $1", ["Bao\0"])


def test_a_table_that_changed_is_asked_for_anew(wire, cast):
    handle, bao = Direct(select(Member.handle).where(Member.id == bindparam("who"))), cast.bao.id
    db.session.remove()  # a change waits for whoever reads
    with line(db.engine) as connection:
        assert connection.row(handle, who=bao) == ("bao",)
    for kind in ("text", "varchar(40)"):
        with db.engine.begin() as changes:
            changes.execute(text(f"ALTER TABLE member ALTER COLUMN handle TYPE {kind}"))
        with pytest.raises(OutOfReach), line(db.engine) as connection:
            connection.row(handle, who=bao)
        with line(db.engine) as connection:
            assert connection.row(handle, who=bao) == ("bao",)


def test_a_database_that_goes_away_is_out_of_reach(wire, cast):
    wire.connection.close()
    with pytest.raises(OutOfReach), line(db.engine) as connection:
        connection.row(NAME, who=1)
    with line(db.engine) as connection:
        assert connection.row(NAME, who=cast.bao.id) == ("Bao",)


def test_wires_are_closed_with_all_other_connections(wire):
    db.session.remove()
    db.engine.dispose()
    assert wire.connection.closed
