"""What the page of a resource costs the database, however much there is of it."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from forum.collections import operations as collecting
from forum.entries.models import Relation, Visibility
from forum.kernel.db import db
from forum.library import operations

MOST = 12  # for a member who signed in, everything other slices show on the page included


@pytest.fixture
def statements(app):
    seen: list[str] = []

    def note(_connection, _cursor, sql, *_rest) -> None:
        if not sql.startswith("BEGIN"):
            seen.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_resource_costs_the_same_however_much_is_tied_to_it_and_reading_writes_nothing(cast, make, as_, statements):
    bare, full = make.resource("Bare", by=cast.bao), make.resource("Full", by=cast.bao)
    for number in range(1, 6):
        make.file(full, b"words %d" % number, number=number)
        other = make.resource(f"Other {number}")
        operations.tie(full, Relation.CITES, other.id, by=cast.bao)
        made = collecting.make_collection(title=f"List {number}", visibility=Visibility.PUBLIC, by=cast.bao)
        collecting.put_in(made, full, by=cast.bao)
    make.file(bare, b"a file", number=1)
    operations.tie(bare, Relation.CITES, full.id, by=cast.bao)
    db.session.commit()

    def cost(resource_id: int) -> int:
        client = as_(cast.dora)
        for _warm in range(2):
            statements.clear()
            assert client.get(f"/library/{resource_id}").status_code == 200
        assert not [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
        return len(statements)

    few, many = cost(bare.id), cost(full.id)
    assert many <= few + 2, statements  # names of what is tied, counts of collections
    assert many <= MOST, statements
