"""Reading on the driver's own cursor: each statement by itself, and the connection goes back as it came."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import bindparam, select, text

from forum.accounts.models import Member, Office
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
def wire(app) -> Any:
    """The wire that will be used next."""
    taken = wires.take(db.engine)
    wires.give_back(db.engine, taken)
    return taken


@pytest.fixture
def to_server(wire) -> wires.ToServer:
    """The same, where there is a server at its other end."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")
    assert isinstance(wire, wires.ToServer)
    return wire


def test_a_wire_is_used_again_unless_something_went_wrong_on_it(wire, cast):
    for _ in range(2):
        with line(db.engine) as connection:
            connection.row(NAME, who=cast.bao.id)
    assert wires.take(db.engine) is wire
    wires.give_back(db.engine, wire)
    with pytest.raises(LookupError), line(db.engine):
        raise LookupError
    another = wires.take(db.engine)
    wires.give_back(db.engine, another)
    assert another is not wire


def test_threads_read_a_file_one_after_the_other_and_ask_a_server_at_once(wire, cast):
    engine, inside = db.engine, threading.Event()

    def reads() -> None:
        with line(engine) as connection:
            connection.row(NAME, who=1)
            inside.set()

    another = threading.Thread(target=reads)
    with line(engine), line(engine):  # who has the turn does not wait for itself
        another.start()
        at_once = inside.wait(60 if engine.dialect.name == "postgresql" else 0.2)
    another.join(60)
    assert inside.is_set()
    assert at_once is (engine.dialect.name == "postgresql")


def test_a_statement_is_prepared_once_and_kept(to_server, cast):
    for who in (cast.bao, cast.ana, cast.bao):
        with line(db.engine) as connection:
            assert connection.row(NAME, who=who.id) == (who.name,)
    found = to_server.connection.execute(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT member.name%'"
    ).fetchall()
    assert len(found) == 1 and found[0][0] >= 3 and found[0][1] == 0


def test_a_wire_only_reads(wire):
    with pytest.raises(Exception, match=r"read-?only"):
        wire.connection.execute("UPDATE member SET name = 'X'")


def test_a_word_with_a_nul_is_refused_and_not_cut(to_server, cast):
    with pytest.raises(Exception, match="NUL"), line(db.engine):
        to_server.rows("SELECT member.id FROM member WHERE member.name = $1", ["Bao\0"])


def test_a_table_that_changed_is_asked_for_anew(to_server, cast):
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


def test_a_database_that_goes_away_is_out_of_reach(to_server, cast):
    to_server.connection.close()
    with pytest.raises(OutOfReach), line(db.engine) as connection:
        connection.row(NAME, who=1)
    with line(db.engine) as connection:
        assert connection.row(NAME, who=cast.bao.id) == ("Bao",)


def test_wires_are_closed_with_all_other_connections(wire):
    db.session.remove()
    db.engine.dispose()
    with pytest.raises(Exception, match="closed"):
        wire.connection.execute("SELECT 1")


def test_the_driver_is_given_plain_words_where_a_member_of_an_enumeration_was_meant(app):
    """SQLite's asks around how to adapt anything else, for each value of each statement."""
    statement = Direct(
        select(Member.name).where(Member.office == Office.MODERATOR, Member.language == bindparam("lang"))
    )
    _sql, given = statement.for_(db.engine.dialect, {"lang": Office.MEMBER})
    assert given == ["moderator", "member"]
    assert {type(value) for value in given} == {str}
