"""Rows as files: made a little at a time, safe to open in a spreadsheet, honest about what is left out."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forum.citing.citable import INVISIBLE
from forum.kernel.later import Later

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = Later("openpyxl")

#: What a cell holds.
Value = str | int | None
Row = Mapping[str, Value]
#: A spreadsheet takes what begins so for a formula and runs it. https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BOM = "\ufeff"
#: More than Excel keeps in one cell.
LONGEST_CELL = 32_000
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Table:
    """What becomes a file.

    Args:
        name: of the list.
        source: its address here.
        columns: names, in order.
        parts: rows, some at a time.
        note: asked after the rows: what to say where there would have been more; empty when there were not.
    """

    name: str
    source: str
    columns: Sequence[str]
    parts: Iterable[Sequence[Row]]
    note: Callable[[], str]


def neutral(value: Value) -> Value:
    """A cell no spreadsheet program runs: text that looks like a formula gets an apostrophe before it."""
    if not isinstance(value, str):
        return value
    text = NOT_TEXT.sub("", value)
    begins = INVISIBLE.sub("", text).lstrip(" ")
    return f"'{text}"[:LONGEST_CELL] if begins.startswith(FORMULA) else text[:LONGEST_CELL]


def as_csv(table: Table) -> Iterator[str]:
    """RFC 4180, in UTF-8 with the mark by which spreadsheet programs know it."""
    yield BOM + _lines([list(table.columns)])
    for rows in table.parts:
        yield _lines([[neutral(row.get(column)) for column in table.columns] for row in rows])
    if note := table.note():
        yield _lines([[neutral(note)]])


def _lines(rows: Iterable[Sequence[Value]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def as_json(table: Table) -> Iterator[str]:
    """One object: what list this is, its rows, and what is left out. Values are as they are, for no program runs them."""
    head = {"list": table.name, "source": table.source}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
    first = True
    for rows in table.parts:
        for row in rows:
            yield ("\n" if first else ",\n") + json.dumps({c: row.get(c) for c in table.columns}, ensure_ascii=False)
            first = False
    yield f'\n], "left_out": {json.dumps(table.note() or None, ensure_ascii=False)}}}\n'


def as_xlsx(table: Table) -> Iterator[bytes]:
    """A workbook of one sheet. It is a ZIP archive, whose end is needed first: it is made on disk, then sent."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(table.columns))
    for rows in table.parts:
        for row in rows:
            sheet.append([neutral(row.get(column)) for column in table.columns])
    if note := table.note():
        sheet.append([neutral(note)])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


#: Media type and maker of each format of rows.
TABLES: Mapping[str, tuple[str, Callable[[Table], Iterator[str] | Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "json": ("application/json", as_json),
}
