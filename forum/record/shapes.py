"""What a good record looks like, file by file. Reading checks everything first and lists every problem."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forum.kernel.errors import DomainError

Record = Mapping[str, Any]
LANGUAGES = ("en", "es", "fr", "ar", "pt")
PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one record, where to find it and what would be right."""

    file: str
    id: str
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}: {self.id}: {self.field}: {self.sentence}"


class BadRecord(DomainError):
    """The record was not loaded: these are the reasons, all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


Check = Callable[[Any], str]


def words(value: Any, most: int = 10_000) -> str:
    """A check: some text, not longer than its column."""
    if not isinstance(value, str) or not value.strip():
        return "Please write some text here; it is empty."
    return f"This has {len(value)} characters; at most {most} fit." if len(value) > most else ""


def up_to(most: int) -> Check:
    return lambda value: words(value, most)


def maybe(check: Check) -> Check:
    """The same check, where null is fine too."""
    return lambda value: "" if value is None else check(value)


def texts(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(part, str) and part for part in value):
        return ""
    return "This must be a list of texts; an empty list is fine."


def some_texts(value: Any) -> str:
    return texts(value) or ("" if value else "At least one is needed.")


def partial_date(value: Any) -> str:
    if isinstance(value, str) and PARTIAL_DATE.fullmatch(value):
        return ""
    return f"{value!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD, or null when it is not known."


def whole(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) else f"{value!r} is not a whole number."


def yes_or_no(value: Any) -> str:
    return "" if isinstance(value, bool) else f"{value!r} must be true or false."


def address(value: Any) -> str:
    if isinstance(value, str) and re.match(r"https?://[^\s]+$", value) and len(value) <= 2000:
        return ""
    return f"{value!r} is not a web address; it must begin with http:// or https://."


def among(*choices: str) -> Check:
    return lambda value: "" if value in choices else f"{value!r} is not one of {', '.join(choices)}."


def labels(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("en"), str) and value["en"]:
        return ""
    return "An English label is needed."


def countries(value: Any) -> str:
    if not isinstance(value, list):
        return "This must be a list of countries."
    for each in value:
        if not (isinstance(each, dict) and isinstance(each.get("code"), str) and len(each["code"]) == 2):
            return f"{each!r} needs a two-letter country code."
        if not each.get("en"):
            return f"{each['code']} needs its English name."
    return ""


SOURCED: dict[str, Check] = {
    "source_url": maybe(address),
    "url_kind": maybe(up_to(40)),
    "verified": yes_or_no,
}
EVENT: dict[str, Check] = {
    "start_date": maybe(partial_date),
    "end_date": maybe(partial_date),
    "city": maybe(up_to(120)),
    "country_code": maybe(up_to(2)),
    "region": words,
    "organisers": texts,
    "participants_count": maybe(whole),
    "languages": texts,
    "outcome_document": maybe(words),
    "other_sources": texts,
    **SOURCED,
}


@dataclass(frozen=True)
class Shape:
    """One file: which fields must be there and pass which check, and which of them name records of other files."""

    file: str
    fields: dict[str, Check]
    names: dict[str, str] = field(default_factory=dict)


SHAPES: dict[str, Shape] = {
    "regions": Shape("regions.json", {"order": whole, "labels": labels, "countries": countries, "verified": yes_or_no}),
    "themes": Shape("themes.json", {"order": whole, "labels": labels, "definition_en": words, "verified": yes_or_no}),
    "roles": Shape("roles.json", {"order": whole, "labels": labels, "group": up_to(40), "is_child_role": yes_or_no}),
    "congresses": Shape(
        "congresses.json",
        {
            **EVENT,
            "number": whole,
            "name": up_to(300),
            "theme": maybe(words),
            "conflicts": texts,
            "format": maybe(among("in-person", "virtual", "hybrid")),
        },
        {"region": "regions", "country_code": "countries"},
    ),
    "meetings": Shape(
        "meetings.json",
        {
            **EVENT,
            "title": up_to(300),
            "kind": among("regional", "national", "virtual", "global", "with-children"),
            "relation": among("jwc-preparatory", "jwc-event", "related"),
            "status": among("held", "announced"),
            "prepares": maybe(words),
            "summary": words,
            "unverified_fields": texts,
        },
        {"region": "regions", "country_code": "countries", "prepares": "congresses"},
    ),
    "recommendations": Shape(
        "recommendations.json",
        {
            "source_id": words,
            "source_type": among("meeting", "congress"),
            "title": up_to(300),
            "text": words,
            "themes": some_texts,
            "addressed_to": some_texts,
            "basis": among("recommendation", "priority", "outcome"),
            **SOURCED,
        },
        {"themes": "themes"},
    ),
    "resources": Shape(
        "resources.json",
        {
            "title": up_to(400),
            "year": maybe(whole),
            "publisher": up_to(300),
            "languages": texts,
            "type": up_to(40),
            "regions": texts,
            "themes": texts,
            "abstract": words,
            "url": address,
            "verified": yes_or_no,
            "unverified_fields": texts,
            "url_kind": maybe(up_to(40)),
        },
        {"regions": "regions", "themes": "themes"},
    ),
    "glossary": Shape(
        "glossary.json",
        {
            **dict.fromkeys(LANGUAGES, texts),
            "en": some_texts,
            "broader": maybe(words),
            "related": texts,
            "theme": maybe(words),
            "verified": yes_or_no,
            "verified_langs": texts,
            "sources": texts,
            "discouraged": texts,
        },
        {"theme": "themes"},
    ),
}


def read(folder: Path) -> dict[str, list[Record]]:
    """Every file of the record, checked.

    Raises:
        BadRecord: with every problem of every file, not just the first.
    """
    problems: list[Problem] = []
    found = {kind: _read_file(folder / shape.file, problems) for kind, shape in SHAPES.items()}
    known = {kind: {str(record.get("id")) for record in records} for kind, records in found.items()}
    known["countries"] = {
        str(country.get("code"))
        for region in found["regions"]
        for country in region.get("countries") or ()
        if isinstance(country, dict)
    }
    for region in found["regions"]:
        for country in region.get("countries") or ():
            also = country.get("also_in") or [] if isinstance(country, dict) else []
            if sentence := _unknown(also, known["regions"], "regions"):
                problems.append(Problem("regions.json", str(region.get("id")), "countries", sentence))
    for kind, records in found.items():
        for record in records:
            problems.extend(_wrong_with(SHAPES[kind], record, known))
    if problems:
        raise BadRecord(problems)
    return found


def _read_file(path: Path, problems: list[Problem]) -> list[Record]:
    try:
        records = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        problems.append(Problem(path.name, "-", "-", "The file is missing."))
        return []
    except (OSError, ValueError) as error:
        problems.append(Problem(path.name, "-", "-", f"The file cannot be read as JSON: {error}."))
        return []
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        problems.append(Problem(path.name, "-", "-", "The file must be one list of records."))
        return []
    seen: set[str] = set()
    for number, record in enumerate(records, 1):
        name = record.get("id")
        if words(name, 120):
            problems.append(Problem(path.name, f"record {number}", "id", "Every record needs an id of its own."))
        elif name in seen:
            problems.append(Problem(path.name, str(name), "id", "Another record of this file has this id already."))
        seen.add(str(name))
    return records


def _wrong_with(shape: Shape, record: Record, known: Mapping[str, set[str]]) -> list[Problem]:
    name = str(record.get("id", "?"))
    wrong = []
    for key, check in shape.fields.items():
        sentence = check(record[key]) if key in record else "This field is missing."
        if not sentence and key in shape.names:
            sentence = _unknown(record[key], known[shape.names[key]], shape.names[key])
        if sentence:
            wrong.append(Problem(shape.file, name, key, sentence))
    if shape is SHAPES["recommendations"] and not wrong:
        kind = "congresses" if record["source_type"] == "congress" else "meetings"
        if sentence := _unknown(record["source_id"], known[kind], kind):
            wrong.append(Problem(shape.file, name, "source_id", sentence))
    return wrong


def _unknown(value: Any, known: set[str], kind: str) -> str:
    for name in value if isinstance(value, list) else [value]:
        if name is not None and name not in known:
            return f"{name!r} is not among the {kind} of the record."
    return ""
