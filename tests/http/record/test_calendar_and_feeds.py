"""What calendars and feed readers get, read back by parsers of their own kind."""

from datetime import date, timedelta
from xml.etree import ElementTree

from icalendar import Calendar
from sqlalchemy import update

from forum.kernel import clock
from forum.kernel.db import db
from forum.meetings.models import Meeting
from forum.meetings.operations import edit_meeting
from forum.meetings.queries import get_meeting, meetings_in
from forum.record.loading import load

ATOM = "{http://www.w3.org/2005/Atom}"


def events(response):
    return {str(event["uid"]).split("@")[0]: event for event in Calendar.from_ical(response.data).walk("VEVENT")}


def test_the_calendar_holds_meetings_known_to_the_month(record, as_):
    response = as_(None).get("/meetings.ics")
    assert response.content_type.startswith("text/calendar")
    found = events(response)
    assert found["WC21-BUE19"].decoded("dtstart").isoformat() == "2019-06-06"
    assert found["WC21-BUE19"].decoded("dtend").isoformat() == "2019-06-08"
    assert "October 2019" in found["WC21-BEI19"]["description"]
    assert found["WC21-CAP20"]["status"] == "TENTATIVE"
    assert "WC21-COS00" not in found
    assert "month is not known" in str(Calendar.from_ical(response.data)["x-wr-caldesc"])


def test_the_calendar_is_the_same_file_until_a_meeting_changes(record, cast, as_):
    first = as_(None).get("/meetings.ics")
    assert as_(None).get("/meetings.ics").data == first.data
    assert events(first).keys() == events(as_(None).get("/meetings.ics?lang=fr")).keys()
    assert set(events(as_(None).get("/meetings.ics?region=africa&year=2020"))) == {"WC21-CAP20"}


def test_a_change_is_told_to_calendar_programs(record, cast, as_):
    long_ago = {"version": 0, "changed_at": clock.now() - timedelta(days=9)}
    db.session.execute(update(Meeting.__table__).values(long_ago))
    db.session.commit()
    before = events(as_(None).get("/meetings.ics"))["WC21-BUE19"]
    assert before["sequence"] == 0 and before["dtstamp"].dt == before["last-modified"].dt
    meeting = get_meeting("WC21-BUE19", reader=None)
    facts = {"start_date": "2019-06-07", "congress_id": meeting.congress_id, "region_id": meeting.region_id}
    for _twice in range(2):  # the second time nothing is different
        edit_meeting(meeting, facts, by=cast.sofia)
        db.session.commit()
    after = events(as_(None).get("/meetings.ics"))["WC21-BUE19"]
    assert (after["sequence"], after["uid"]) == (1, before["uid"])
    assert after["last-modified"].dt == after["dtstamp"].dt > before["dtstamp"].dt
    untouched = events(as_(None).get("/meetings.ics"))["WC21-BEI19"]
    assert untouched["sequence"] == 0 and untouched["dtstamp"].dt == before["dtstamp"].dt


def test_loading_the_record_again_changes_no_meeting(record, as_):
    first = as_(None).get("/meetings.ics").data
    load()
    db.session.commit()
    assert as_(None).get("/meetings.ics").data == first


def test_the_calendar_is_what_rfc_5545_asks_for(record, as_):
    data = as_(None).get("/meetings.ics?lang=ar").data
    calendar = Calendar.from_ical(data)
    assert calendar["version"] == "2.0" and calendar["prodid"] and "method" not in calendar
    assert b"\n" not in data.replace(b"\r\n", b"") and max(map(len, data.split(b"\r\n"))) <= 75
    found, uids = calendar.walk("VEVENT"), set()
    assert len(found) > 40
    for event in found:
        assert event.errors == [] and event["uid"] not in uids
        uids.add(event["uid"])
        assert type(event["dtstart"].dt) is date is type(event["dtend"].dt) and event["dtend"].dt > event["dtstart"].dt
        for moment in ("dtstamp", "last-modified"):
            assert event[moment].dt.utcoffset() == timedelta(0) and event[moment].to_ical().endswith(b"Z")
        assert int(event["sequence"]) >= 0 and event["status"] in ("TENTATIVE", "CONFIRMED", "CANCELLED")
        for once in ("summary", "url", "description", "location"):
            assert not isinstance(event.get(once), list)


def test_the_page_says_how_many_are_not_in_the_calendar(record, as_):
    listed, dated = meetings_in(reader=None, size=1000), events(as_(None).get("/meetings.ics"))
    left_out = len(listed) - len(dated)
    assert left_out > 1
    assert f"{left_out} of these meetings are not in the calendar" in as_(None).get("/meetings").text
    assert "not in the calendar" not in as_(None).get("/meetings?region=africa&year=2020").text


def test_feeds_parse_and_follow_the_filters(record, cast, as_):
    feed = ElementTree.fromstring(as_(None).get("/feeds/recommendations.atom?meeting=WC21-BUE19").data)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 6
    assert entries[0].find(f"{ATOM}id").text.endswith("/recommendations/WC21-BUE19-R01")
    assert entries[0].find(f"{ATOM}updated").text == "2019-06-06T00:00:00Z"
    threads = ElementTree.fromstring(as_(cast.ana).get("/feeds/threads.atom").data)
    assert [entry.find(f"{ATOM}title").text for entry in threads.findall(f"{ATOM}entry")] == ["Water in custody"]
