"""What the secretariat does with congresses and meetings: add them to the record, put them right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.community.models import Region
from forum.community.queries import all_regions, country_coded
from forum.entries.events import EntryChanged, EntryRenamed
from forum.entries.models import Entry
from forum.kernel import clock
from forum.kernel.dates import instant
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.meetings.models import Congress, Meeting
from forum.meetings.references import NEXT, congress_code, first_free, meeting_base

Facts = Mapping[str, Any]  # column → value, as the forms give them


def add_congress(facts: Facts, *, by: Member) -> Congress:
    """Add a congress; its code is made from its year, now and for good.

    Raises:
        Invalid: another one has its number, or no year is known and the place of the next one is taken.
    """
    authorize(by, Can.EDIT_RECORD, SITE)
    _refuse_taken_number(facts["number"], but=None)
    taken = _taken()
    code = congress_code(facts["start_date"])
    if code == NEXT and code in taken:
        raise Invalid(_("There is a congress without a year already. Give this one its year."), "start_date")
    row = Congress(reference=first_free(code, taken), author_id=by.id)
    before = db.session.scalar(
        select(Congress).where(Congress.number < facts["number"]).order_by(Congress.number.desc()).limit(1)
    )
    row.predecessor_id = before.id if before else None
    return _write(row, facts)


def edit_congress(congress: Congress, facts: Facts, *, by: Member) -> None:
    """Put a congress right; its code stays, whatever its year turns out to be."""
    authorize(by, Can.EDIT_RECORD, congress)
    _refuse_taken_number(facts["number"], but=congress.id)
    _write(congress, facts)


def add_meeting(facts: Facts, *, by: Member) -> Meeting:
    """Add a meeting; its reference is made from congress, place and year, now and for good."""
    authorize(by, Can.EDIT_RECORD, SITE)
    congress = db.session.get(Congress, facts["congress_id"]) if facts["congress_id"] else None
    country = country_coded(facts["country_code"]) if facts["country_code"] else None
    region = next((region for region in all_regions() if region.id == facts["region_id"]), None)
    base = meeting_base(
        congress.reference if congress else None,
        city=facts["city"],
        country=country.label("en") if country else None,
        region=region.slug if region else None,
        online=facts["format"] == "online",
        start_date=facts["start_date"],
    )
    row = Meeting(reference=first_free(base, _taken()), author_id=by.id)
    row.relation = "jwc-preparatory" if congress else "related"
    return _file(_write(row, facts))


def edit_meeting(meeting: Meeting, facts: Facts, *, by: Member) -> None:
    """Put a meeting right; its reference stays, wherever and whenever it turns out to have been."""
    authorize(by, Can.EDIT_RECORD, meeting)
    _file(_write(meeting, facts))
    record(EntryRenamed(entry_id=meeting.id))


def _write(row: Any, facts: Facts) -> Any:
    for name, value in facts.items():
        setattr(row, name, value)
    row.created_at = instant(row.start_date) or row.created_at or clock.now()
    row.active_at = instant(row.start_date) or row.active_at or row.created_at
    save(row)
    record(EntryChanged(entry_id=row.id))
    return row


def _file(meeting: Meeting) -> Meeting:
    """A meeting is filed under its main region; other regions it was filed under stay."""
    main = db.session.get(Region, meeting.region_id) if meeting.region_id else None
    if main is not None and main not in meeting.regions:
        meeting.regions.append(main)
    return meeting


def _taken() -> set[str]:
    return {reference for reference in db.session.scalars(select(Entry.reference)) if reference}


def _refuse_taken_number(number: int, *, but: int | None) -> None:
    other = db.session.scalar(select(Congress.id).where(Congress.number == number))
    if other is not None and other != but:
        raise Invalid(_("Another congress has this number."), "number")
