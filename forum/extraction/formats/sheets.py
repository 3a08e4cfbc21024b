"""Excel: a page for each sheet, long ones cut into several; what cells show, not how it was computed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from forum.extraction.containers import opened
from forum.extraction.flowing import in_sections
from forum.extraction.formats import Context, Piece
from forum.extraction.formats.properties import said_by
from forum.extraction.outcomes import Page, Reason, Unreadable

MOST_ROWS = 50_000  # of one sheet, empty ones included
MOST_COLUMNS = 500


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    """Yields pages: each sheet begins one, with its name."""
    opened(file, context.limits)
    file.seek(0)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        yield said_by(book.properties)
        for sheet in book.worksheets:
            yield from map(Page, in_sections("\n".join((sheet.title, *_rows(sheet)))))
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        raise Unreadable(Reason.DAMAGED, str(error)[:200]) from error


def _rows(sheet: Any) -> Iterator[str]:
    sheet.reset_dimensions()  # what it says of its size may be a lie of sixteen thousand columns
    for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=None, values_only=True):
        cells = [_shown(value) for value in row[:MOST_COLUMNS] if value is not None]
        if cells:
            yield " | ".join(cells)


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(" ", "minutes")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(round(value, 6))
    return str(value)
