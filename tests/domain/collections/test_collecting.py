"""Collections: filled, ordered, and read by whom."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from forum.collections import operations
from forum.collections.queries import collections_to_fill, get_collection, items_of, latest_collections
from forum.entries.models import Visibility
from forum.kernel.db import db
from forum.kernel.errors import Invalid, NotAllowed, NotFound


def titles(collection, reader):
    return [item.entry.title for item in items_of(collection, reader=reader)]


@pytest.fixture
def filled(cast, make):
    made = operations.make_collection(title="To begin with", visibility=Visibility.PUBLIC, by=cast.bao)
    for title in ("One", "Two", "Three"):
        operations.put_in(made, make.resource(title), by=cast.bao)
    return made


def test_entries_stand_in_the_order_they_came_and_can_change_places(cast, filled):
    one, two, _three = (item.entry.id for item in items_of(filled, reader=None))
    operations.move(filled, two, past=one, by=cast.bao)
    assert titles(filled, None) == ["Two", "One", "Three"]
    operations.take_out(filled, one, by=cast.bao)
    assert titles(filled, None) == ["Two", "Three"]
    operations.annotate(filled, two, note="Read this first", by=cast.bao)
    assert items_of(filled, reader=None)[0].note == "Read this first"


def test_an_entry_put_in_twice_keeps_its_place(cast, make, filled):
    again = make.resource("Four")
    operations.put_in(filled, again, by=cast.bao)
    operations.put_in(filled, again, note="Again", by=cast.bao)
    assert titles(filled, None) == ["One", "Two", "Three", "Four"]


def test_nobody_but_its_maker_and_moderators_fills_it(cast, make, filled):
    with pytest.raises(NotAllowed):
        operations.put_in(filled, make.resource("X"), by=cast.dora)
    with pytest.raises(NotAllowed):
        operations.take_out(filled, 1, by=cast.dora)
    operations.put_in(filled, make.resource("Y"), by=cast.chidi)


def test_a_groups_collection_is_filled_by_its_members_and_hidden_from_others(cast, make):
    ours = operations.make_collection(
        title="Ours", visibility=Visibility.GROUP, group=cast.andes_group, by=cast.ana
    )  # fmt: skip
    operations.put_in(ours, make.resource("From Bao"), by=cast.bao)
    assert ours in collections_to_fill(cast.bao) and ours not in collections_to_fill(cast.dora)
    with pytest.raises(NotFound):
        get_collection(ours.id, reader=cast.dora)
    assert latest_collections(reader=cast.dora).items == []
    with pytest.raises(NotAllowed):
        operations.make_collection(title="X", visibility=Visibility.GROUP, group=cast.andes_group, by=cast.dora)


def test_what_a_reader_may_not_see_is_neither_shown_nor_counted(cast, make):
    made = operations.make_collection(title="Mixed", visibility=Visibility.PUBLIC, by=cast.ana)
    operations.put_in(made, make.resource("Open"), by=cast.ana)
    operations.put_in(made, cast.closed_thread, by=cast.ana)
    assert titles(made, cast.ana) == ["Open", "Between us"]
    for reader in (None, cast.bao):
        assert titles(made, reader) == ["Open"]
        assert [row.items for row in latest_collections(reader=reader).items] == [1]
    with pytest.raises(NotFound):
        operations.put_in(
            operations.make_collection(title="Dora's", visibility=Visibility.PUBLIC, by=cast.dora),
            cast.closed_thread,
            by=cast.dora,
        )


def test_a_collection_needs_a_title_and_cannot_hold_itself(cast, filled):
    with pytest.raises(Invalid):
        operations.make_collection(title=" ", visibility=Visibility.PUBLIC, by=cast.bao)
    with pytest.raises(Invalid):
        operations.put_in(filled, filled, by=cast.bao)


def test_the_database_still_refuses_kinds_nobody_knows(cast):
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE entry SET kind = 'nonsense'"))
    db.session.rollback()
