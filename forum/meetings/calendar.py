"""Meetings as iCalendar (RFC 5545), for the calendar programs people already use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import gettext as _

from forum.kernel.dates import first_day, is_exact, when
from forum.kernel.later import Later
from forum.meetings.queries import MeetingRow

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = Later("icalendar")

STATUS = {"announced": "TENTATIVE", "registration": "TENTATIVE", "postponed": "TENTATIVE", "cancelled": "CANCELLED"}


def calendar_of(meetings: Iterable[MeetingRow]) -> bytes:
    """The meetings whose month at least is known.

    A meeting known to the month is an all-day note on its first day that says so. One whose month is not known is left
    out, which the calendar's description and the page say: an event needs a day (RFC 5545, 3.6.1), any day would be made
    up, and a note over all of a year would stand above every day of it.
    """
    listed = list(meetings)
    dated = [meeting for meeting in listed if meeting.has_month]
    undated = len(listed) - len(dated)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Justice With Children//Forum//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Meetings of Justice With Children"))
    if undated:
        calendar.add("x-wr-caldesc", _("Left out because their month is not known: %(count)s.", count=undated))
    for meeting in dated:
        calendar.add_component(_event(meeting))
    return bytes(calendar.to_ical())


def _event(meeting: MeetingRow) -> icalendar.Event:
    starts = first_day(meeting.start_date or "")
    event = icalendar.Event()
    # The reference is permanent and the address of this site is not, so the one makes the UID and the other does not.
    event.add("uid", f"{meeting.reference}@justice-with-children-forum")
    # Without a METHOD the stamp is when it was last changed (RFC 5545, 3.8.7.2), so the same calendar is the same file.
    event.add("dtstamp", meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("sequence", meeting.version)
    event.add("dtstart", starts)
    event.add("dtend", _last_day(meeting, starts) + timedelta(days=1))
    event.add("summary", meeting.title)
    event.add("status", STATUS.get(meeting.state, "CONFIRMED"))
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{current_app.config['BASE_URL']}/meetings/{meeting.reference}")
    if not is_exact(meeting.start_date):
        known = when(meeting.start_date, meeting.end_date)
        event.add("description", _("The day is not known; all that is known is: %(date)s.", date=known))
    place = ", ".join(part for part in (meeting.city, meeting.country.label("en") if meeting.country else None) if part)
    if place:
        event.add("location", place)
    return event


def _last_day(meeting: MeetingRow, starts: date) -> date:
    if not (is_exact(meeting.start_date) and is_exact(meeting.end_date)):
        return starts
    return max(starts, first_day(meeting.end_date or ""))
