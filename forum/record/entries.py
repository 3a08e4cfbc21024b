"""Congresses, meetings, recommendations and resources: each an entry with a reference, tags and links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from forum.community.models import Region, Theme
from forum.entries.models import Entry, Link, Relation
from forum.kernel import clock
from forum.kernel.dates import instant
from forum.kernel.db import db
from forum.library.models import Resource
from forum.meetings.models import Congress, Meeting, MeetingKind, MeetingState, Stage
from forum.meetings.references import congress_code, first_free, meeting_base, recommendation_reference
from forum.recommendations.models import OPEN_STATES, Addressee, Basis, Recommendation, State
from forum.record.shapes import BadRecord, Problem, Record
from forum.record.tally import Tally

#: "advisory" since the congress of 2025.
ADVISORY_SINCE = "2025"
EVERYWHERE = "global"
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def _set_date(entry: Entry, start_date: str | None) -> None:
    """Lists are in the order of `active_at`; what has no date comes after everything that has one."""
    entry.created_at = instant(start_date) or clock.now()
    entry.active_at = instant(start_date) or LONG_AGO


def _set_regions(entry: Entry, ids: list[int]) -> None:
    entry.regions = [row for region_id in ids if (row := db.session.get(Region, region_id))]


def _set_themes(entry: Entry, ids: list[int]) -> None:
    entry.themes = [row for theme_id in ids if (row := db.session.get(Theme, theme_id))]


def _set_addressees(recommendation: Recommendation, kinds: list[str]) -> None:
    there = {addressee.kind: addressee for addressee in recommendation.addressees}
    recommendation.addressees = [there.get(kind) or Addressee(kind=kind) for kind in kinds]


SETTERS: Mapping[str, Callable[[Any, Any], None]] = {
    "dated": _set_date,
    "region_tags": _set_regions,
    "theme_tags": _set_themes,
    "addressed_to": _set_addressees,
}


def load_congresses(records: Sequence[Record], regions: dict[str, int], tally: Tally) -> dict[str, Congress]:
    """Congresses, each after its predecessor. Returns them by their id in the record."""
    there = {row.source_id: row for row in db.session.scalars(select(Congress)) if row.source_id}
    by_number: dict[int, Congress] = {}
    for record in sorted(records, key=lambda record: int(record["number"])):
        before = by_number.get(record["number"] - 1)
        row = tally.put(
            "congresses",
            record["id"],
            there.get(record["id"]),
            partial(Congress, source_id=record["id"], reference=congress_code(record["start_date"])),
            {
                **_event_facts(record),
                "number": record["number"],
                "title": record["name"],
                "theme": record["theme"],
                "predecessor_id": before.id if before else None,
                # Nobody has decided what became of every point of the earlier ones, so none of them is closed.
                "stage": (Stage.FOLLOW_UP if record["start_date"] else Stage.PLANNED).value,
                "meetings_label": "advisory" if (record["start_date"] or "9") >= ADVISORY_SINCE else "preparatory",
                "venue": record.get("venue"),
                "format": "online" if record["format"] == "virtual" else record["format"],
                "countries_count": record["countries_count"],
                "countries_qualifier": record.get("countries_qualifier"),
                "online_participants_count": record.get("online_participants_count"),
                "conflicts": list(record["conflicts"]),
                "note": record.get("notes"),
                "region_tags": [regions[record["region"]]],
            },
            {**SETTERS, "stage": lambda congress, value: setattr(congress, "stage", Stage(value))},
        )
        there[record["id"]] = by_number[record["number"]] = row
        tally.flush()  # the next one refers to it
    return there


def _event_facts(record: Record) -> dict[str, Any]:
    """What congresses and meetings have in common, as the columns of `Recorded`."""
    return {
        "start_date": record["start_date"],
        "end_date": record["end_date"],
        "dated": record["start_date"],
        "city": record["city"],
        "country_code": record["country_code"],
        "organisers": list(record["organisers"]),
        "participants_count": record["participants_count"],
        "participants_qualifier": record.get("participants_qualifier"),
        "languages": list(record["languages"]),
        "outcome_document": record["outcome_document"],
        "source_url": record["source_url"],
        "url_kind": record["url_kind"],
        "other_sources": list(record["other_sources"]),
        "verified": record["verified"],
    }


def meeting_kind(record: Record) -> MeetingKind:
    """The record's kinds mix who met with how they met and how far it reached; ours say who met.

    "virtual" is a format, so such a meeting is regional if it was of one region. What reached across regions
    without preparing one of them was about a theme.
    """
    plain = {"with-children": MeetingKind.CHILDREN, "national": MeetingKind.NATIONAL, "regional": MeetingKind.REGIONAL}
    if record["kind"] in plain:
        return plain[record["kind"]]
    across = record["kind"] == "global" or record["region"] == EVERYWHERE
    return MeetingKind.THEMATIC if across else MeetingKind.REGIONAL


def meeting_place(record: Record) -> tuple[str | None, str | None]:
    """City and format, which the record sometimes writes in one field: "Online", "Kyoto (hybrid)"."""
    city: str | None = record["city"]
    if city == "Online" or (city is None and record["kind"] == "virtual"):
        return None, "online"
    if city and city.endswith(" (hybrid)"):
        return city.removesuffix(" (hybrid)"), "hybrid"
    return city, None


def load_meetings(
    records: Sequence[Record],
    congresses: Mapping[str, Congress],
    regions: dict[str, int],
    country_names: Mapping[str, str],
    tally: Tally,
) -> dict[str, Meeting]:
    """Meetings, in the order of the file, which is the order their references are given in."""
    there = {row.source_id: row for row in db.session.scalars(select(Meeting)) if row.source_id}
    taken = {reference for reference in db.session.scalars(select(Entry.reference)) if reference}
    for record in records:
        city, format_ = meeting_place(record)
        congress = congresses[record["prepares"]] if record["prepares"] else None

        def make(
            record: Record = record,
            city: str | None = city,
            format_: str | None = format_,
            to: Congress | None = congress,
        ) -> Meeting:
            base = meeting_base(
                to.reference if to else None,
                city=city,
                country=country_names.get(record["country_code"] or ""),
                region=record["region"],
                online=format_ == "online",
                start_date=record["start_date"],
            )
            reference = first_free(base, taken)
            taken.add(reference)
            return Meeting(source_id=record["id"], reference=reference)

        there[record["id"]] = tally.put(
            "meetings",
            record["id"],
            there.get(record["id"]),
            make,
            {
                **_event_facts(record),
                "title": record["title"],
                "city": city,
                "format": format_,
                "meeting_kind": meeting_kind(record).value,
                "relation": record["relation"],
                "state": MeetingState(record["status"]).value,
                "congress_id": congress.id if congress else None,
                "region_id": regions[record["region"]],
                "summary": record["summary"],
                "note": record.get("note"),
                "unverified_fields": list(record["unverified_fields"]),
                "region_tags": [regions[record["region"]]],
            },
            {**SETTERS, "state": lambda meeting, value: setattr(meeting, "state", MeetingState(value))},
        )
    tally.flush()
    return there


def load_recommendations(
    records: Sequence[Record],
    congresses: Mapping[str, Congress],
    meetings: Mapping[str, Meeting],
    themes: dict[str, int],
    tally: Tally,
) -> None:
    """What each meeting and congress asked for. All of it was said in public, so all of it counts as adopted.

    Raises:
        BadRecord: when the record has a new wording for what is adopted here.
    """
    there = {row.source_id: row for row in db.session.scalars(select(Recommendation)) if row.source_id}
    refuse_new_wordings(records, there)
    numbers: dict[int, int] = {}
    for row in db.session.scalars(select(Recommendation)):
        source_key = row.meeting_id or row.congress_id or 0
        numbers[source_key] = max(numbers.get(source_key, 0), row.number)
    for record in records:
        source = (congresses if record["source_type"] == "congress" else meetings)[record["source_id"]]

        def make(record: Record = record, source: Congress | Meeting = source) -> Recommendation:
            number = numbers[source.id] = numbers.get(source.id, 0) + 1
            return Recommendation(
                source_id=record["id"],
                number=number,
                reference=recommendation_reference(source.reference or "", number),
                congress_id=source.id if isinstance(source, Congress) else source.congress_id,
                meeting_id=source.id if isinstance(source, Meeting) else None,
                state=State.ADOPTED,
                adopted_at=instant(source.start_date),
            )

        row = tally.put(
            "recommendations",
            record["id"],
            there.get(record["id"]),
            make,
            {
                "title": record["title"],
                "text": record["text"],
                "basis": (Basis.MESSAGE if record["basis"] == "outcome" else Basis(record["basis"])).value,
                "note": record.get("note"),
                "source_url": record["source_url"],
                "url_kind": record["url_kind"],
                "verified": record["verified"],
                "dated": _date_of(source),
                "region_tags": sorted(region.id for region in source.regions),
                "theme_tags": [themes[slug] for slug in record["themes"]],
                "addressed_to": sorted(set(record["addressed_to"])),
            },
            {**SETTERS, "basis": lambda recommendation, value: setattr(recommendation, "basis", Basis(value))},
        )
        if record["id"] not in there:
            db.session.add(Link(source=row, target=source, relation=Relation.MADE_AT))
    tally.flush()


def _date_of(source: Congress | Meeting) -> str | None:
    """When it was, or at least when the congress was that it prepared."""
    prepared = source.congress if isinstance(source, Meeting) else None
    return source.start_date or (prepared.start_date if prepared else None)


def refuse_new_wordings(records: Sequence[Record], there: Mapping[str, Recommendation]) -> None:
    """Adopted wording is frozen, for the record too: say which ones differ, before anything is written."""
    sentence = "This is adopted with another wording, which cannot change; add a new recommendation instead."
    problems = [
        Problem("recommendations.json", record["id"], name, sentence)
        for record in records
        if (row := there.get(record["id"])) is not None and row.state not in OPEN_STATES
        for name in ("title", "text")
        if getattr(row, name) != record[name]
    ]
    if problems:
        raise BadRecord(problems)


def load_resources(records: Sequence[Record], regions: dict[str, int], themes: dict[str, int], tally: Tally) -> None:
    """Documents, laws and links the community shares."""
    there = {row.source_id: row for row in db.session.scalars(select(Resource)) if row.source_id}
    for record in records:
        languages = list(record["languages"])
        tally.put(
            "resources",
            record["id"],
            there.get(record["id"]),
            partial(Resource, source_id=record["id"], language=languages[0] if languages else "en"),
            {
                "title": record["title"],
                "abstract": record["abstract"],
                "year": record["year"],
                "publisher": record["publisher"],
                "languages": languages,
                "type": record["type"],
                "is_global": EVERYWHERE in record["regions"],
                "url": record["url"],
                "url_kind": record["url_kind"],
                "note": record.get("note"),
                "verified": record["verified"],
                "unverified_fields": list(record["unverified_fields"]),
                "dated": str(record["year"]) if record["year"] else None,
                "region_tags": [regions[slug] for slug in record["regions"]],
                "theme_tags": [themes[slug] for slug in record["themes"]],
            },
            SETTERS,
        )
