"""What calendars and feed readers get, read back by parsers of their own kind."""

from xml.etree import ElementTree

from icalendar import Calendar

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


def test_the_calendar_is_the_same_each_time_but_for_its_stamp(record, as_):
    assert events(as_(None).get("/meetings.ics")).keys() == events(as_(None).get("/meetings.ics?lang=fr")).keys()
    assert set(events(as_(None).get("/meetings.ics?region=africa&year=2020"))) == {"WC21-CAP20"}


def test_feeds_parse_and_follow_the_filters(record, cast, as_):
    feed = ElementTree.fromstring(as_(None).get("/feeds/recommendations.atom?meeting=WC21-BUE19").data)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 6
    assert entries[0].find(f"{ATOM}id").text.endswith("/recommendations/WC21-BUE19-R01")
    assert entries[0].find(f"{ATOM}updated").text == "2019-06-06T00:00:00Z"
    threads = ElementTree.fromstring(as_(cast.ana).get("/feeds/threads.atom").data)
    assert [entry.find(f"{ATOM}title").text for entry in threads.findall(f"{ATOM}entry")] == ["Water in custody"]
