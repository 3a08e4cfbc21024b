"""Files as rows: CSV as spreadsheet programs write it, RIS as reference managers do."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rispy

from forum.imports.fields import field_called
from forum.imports.models import ImportBatch
from forum.kernel.errors import Invalid
from forum.kernel.i18n import _

#: What each tag of RIS says, in our fields; several tags may say the same, the first that says something counts.
RIS_FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "primary_title", "short_title"),
    "authors": ("authors", "first_authors"),
    "editors": ("secondary_authors",),
    "translators": ("subsidiary_authors",),
    "date": ("date", "year", "publication_year"),
    "publisher": ("publisher", "journal_name", "alternate_title3", "secondary_title"),
    "abstract": ("abstract", "notes_abstract"),
    "languages": ("language",),
    "doi": ("doi",),
    "isbn": ("issn",),
    "url": ("urls", "url", "link"),
}
RIS_TYPES = {
    "law-standard": {"STAND", "STAT", "BILL", "LEGAL", "GOVDOC", "CASE", "HEAR"},
    "article": {"JOUR", "EJOUR", "MGZN", "NEWS", "JFULL", "CPAPER", "CHAP", "ECHAP"},
    "webinar": {"VIDEO", "MULTI", "SOUND", "MPCT"},
}

#: How spreadsheets as they are saved begin (xlsx and ods, xls), and PDF: what people send when they have not read "as CSV".
NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-")


@dataclass(frozen=True)
class Sheet:
    """What was read.

    Args:
        mapping: from the columns we know to our fields; a person may change it.
        rows: cells by column.
    """

    form: str
    columns: Sequence[str]
    mapping: dict[str, str]
    rows: Sequence[dict[str, str]]


def read(data: bytes, name: str) -> Sheet:
    """Read a file.

    Raises:
        Invalid: it is neither CSV nor RIS, is empty, or has too many rows; the sentence says which.
    """
    text = _decoded(data)
    is_ris = name.lower().endswith(".ris") or text.lstrip().startswith("TY  -")
    sheet = _ris(text) if is_ris else _csv(text)
    if not sheet.rows:
        raise Invalid(_("There is no row in this file."), "file")
    if len(sheet.rows) > ImportBatch.MOST_ROWS:
        raise Invalid(_("This file has too many rows. Divide it into files of at most 5,000."), "file")
    return sheet


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if data.startswith(NO_TEXT) or (encoding != "utf-16" and b"\0" in data[:4096]):
        raise Invalid(
            _("This is no CSV and no RIS file. In a spreadsheet program choose “Save as” and then CSV, in UTF-8."),
            "file",
        )
    try:
        return data.decode(encoding).replace("\0", "")
    except UnicodeDecodeError:
        raise Invalid(_("Save the file in UTF-8; its letters cannot be read otherwise."), "file") from None


def _csv(text: str) -> Sheet:
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        lines = [
            line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in line)
        ]
    except csv.Error:
        raise Invalid(
            _("This is no CSV file: a quotation mark is not closed, or a cell is too long."), "file"
        ) from None
    columns = [" ".join(cell.split())[:60] for cell in lines[0]] if lines else []
    if not columns:
        raise Invalid(_("There is no row in this file."), "file")
    mapping = {column: field for column in columns if (field := field_called(column))}
    rows = []
    for line in lines[1:]:
        cells = {column: cell.strip() for column, cell in zip(columns, line, strict=False) if column}
        if len(line) > len(columns) and any(cell.strip() for cell in line[len(columns) :]):
            cells["…"] = "…"  # more cells than columns: told as a problem of the row
        rows.append(cells)
    return Sheet("csv", columns, mapping, rows)


def _ris(text: str) -> Sheet:
    try:
        entries: list[dict[str, Any]] = rispy.loads(text, skip_unknown_tags=True)
    except (OSError, ValueError, rispy.parser.ParseError):
        raise Invalid(
            _("This is no RIS file: each record begins with “TY  - ” and ends with “ER  - ”."), "file"
        ) from None
    fields = ["title", "type", *(field for field in RIS_FIELDS if field != "title")]
    rows = [
        {"type": _ris_type(entry), **{field: _said(entry, tags) for field, tags in RIS_FIELDS.items()}}
        for entry in entries
    ]
    return Sheet("ris", fields, {field: field for field in fields}, rows)


def _ris_type(entry: dict[str, Any]) -> str:
    written = str(entry.get("type_of_reference", ""))
    return next((ours for ours, theirs in RIS_TYPES.items() if written in theirs), "report")


def _said(entry: dict[str, Any], tags: Sequence[str]) -> str:
    for tag in tags:
        said = entry.get(tag)
        if said:
            several = "; " if tag.endswith("authors") else " "
            text = several.join(map(str, said)) if isinstance(said, list) else str(said)
            return (
                text.rstrip("/").replace("/", "-") if tag == "date" else text.split(" ")[0] if tag == "urls" else text
            )
    return ""
