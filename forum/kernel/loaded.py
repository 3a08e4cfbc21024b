"""Whole rows read on the driver's own cursor, and given to the session as if it had loaded them.

As `forum.kernel.written` for writing: what SQLAlchemy does around a SELECT of one or two rows, and to make objects of them,
costs several times what the database needs. The objects are the session's own: changes of them are written, relations and
columns that were left out are loaded when somebody looks at them. Of a row the session has already, only what it forgot is read into it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, inspect
from sqlalchemy.orm import InstrumentedAttribute, Mapper
from sqlalchemy.orm.attributes import set_committed_value

from forum.kernel.db import Base, db
from forum.kernel.written import Written

T = TypeVar("T", bound=Base)


class Whole(Generic[T]):
    """The rows of one model in such a statement.

    Args:
        model: has no models below it, so that each row is one of its own.
        without: columns that are left to be loaded when somebody looks at them.
    """

    def __init__(self, model: type[T], *, without: Sequence[str] = ()) -> None:
        self.model, self.without = model, list(without)
        mapper: Mapper[T] = inspect(model)
        assert list(mapper.self_and_descendants) == [mapper], f"a row of {model.__name__} may be one of another model"
        self.names = [attribute.key for attribute in mapper.column_attrs if attribute.key not in self.without]
        self._key = [self.names.index(mapper.get_property_by_column(column).key) for column in mapper.primary_key]
        self._mapper, self._new = mapper, mapper.class_manager.new_instance

    @property
    def columns(self) -> list[InstrumentedAttribute[Any]]:
        """What to select, in the order in which `known` takes their values."""
        return [getattr(self.model, name) for name in self.names]

    def known(self, values: Sequence[Any]) -> T | None:
        """The object for a row; none for the emptiness beside a row that nothing was joined to."""
        ident = tuple(values[at] for at in self._key)
        if ident[0] is None:
            return None
        session = db.session()
        key = self._mapper.identity_key_from_primary_key(ident)
        there: T | None = session.identity_map.get(key)
        if there is not None:
            self._remind(there, values)
            return there
        row: T = self._new()
        row.__dict__.update(zip(self.names, values, strict=True))
        state = inspect(row)
        state.key, state.session_id = key, session.hash_key
        session.identity_map.add(state)  # as loading does it; `session.add` would look through every relation first
        if self.without:
            session.expire(row, self.without)
        return row

    def _remind(self, there: T, values: Sequence[Any]) -> None:
        """What a commit made the session's object forget is known again, as it is where loading meets such a one."""
        state = inspect(there)
        forgotten = state.expired_attributes - state.dict.keys()  # what was set since then is not
        if not forgotten:
            return
        for name, value in zip(self.names, values, strict=True):
            if name in forgotten:
                set_committed_value(there, name, value)


class Loaded:
    """A SELECT that is built once for each kind of database.

    Args:
        build: puts it together: first the columns of each of `wholes`, then whatever else it asks for.
        wholes: what objects to make.
    """

    def __init__(self, build: Callable[[], Select[Any]], *wholes: Whole[Any]) -> None:
        self.statement, self.wholes = Written(build), wholes

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The objects of the first row and what else it says; nothing where there is no row."""
        row = self.statement.run(**values)
        if row is None:
            return None
        found, at = [], 0
        for whole in self.wholes:
            end = at + len(whole.names)
            found.append(whole.known(row[at:end]))
            at = end
        return (*found, *row[at:])
