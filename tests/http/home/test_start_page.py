"""The start page: to a visitor what this is, to a member what is new for them."""

import pytest

from forum.entries.models import Because, Follow, Level, Link, Relation
from forum.kernel.db import db
from forum.meetings.models import Meeting
from forum.recommendations.models import Basis, Recommendation, State
from forum.threads.models import ReadMark
from tests.statements import statements


@pytest.fixture
def record(cast, make):
    """A past and a coming meeting, and what the past one asked for."""
    db.session.add_all(
        past := [
            Meeting(
                reference=f"WC21-AND{year}",
                title=f"Meeting of {year}",
                meeting_kind="regional",
                start_date=f"{year}-05",
            )
            for year in (2018, 2019, 2020, 2021)
        ]
    )
    coming = Meeting(reference="WC31-AND30", title="The one to come", meeting_kind="regional", start_date="2930-01-02")
    db.session.add(coming)
    db.session.flush()
    asked = Recommendation(
        reference="WC21-AND18-R01",
        number=1,
        title="Measure water",
        text="Do.",
        basis=Basis.RECOMMENDATION,
        state=State.ADOPTED,
        meeting_id=past[0].id,
    )
    db.session.add(asked)
    db.session.flush()
    for thread in (cast.thread, cast.closed_thread):
        db.session.add(Link(from_id=thread.id, to_id=asked.id, relation=Relation.ABOUT))
    db.session.commit()


def test_a_visitor_sees_what_moves_and_how_to_join(as_, cast, record):
    page = as_(None).get("/").text
    assert "Water in custody" in page and "Measure water" in page and 'href="/sign-up"' in page
    assert "MARKER-PRIVATE" not in page and "Between us" not in page


def test_the_coming_meeting_stands_before_the_past_ones(as_, cast, record):
    page = as_(None).get("/").text
    assert page.index("The one to come") < page.index("Meeting of 2021") < page.index("Meeting of 2020")
    assert "Meeting of 2018" not in page


def test_threads_one_may_not_see_are_not_counted(as_, cast, record):
    assert "1 thread about it" in as_(None).get("/").text
    assert "2 threads about it" in as_(cast.ana).get("/").text


def test_a_member_sees_what_is_unread_in_their_groups(as_, cast, record):
    page = as_(cast.bao).get("/").text
    assert "Unread in your groups" in page and "Water in custody" in page
    assert "Unread in your groups" not in as_(cast.dora).get("/").text


def test_a_member_who_has_read_everything_is_told_so(as_, cast, record):
    db.session.add(ReadMark(member_id=cast.bao.id, thread_id=cast.thread.id, number=cast.thread.post_count))
    db.session.commit()
    page = as_(cast.bao).get("/").text
    assert "all caught up" in page and "Water in custody" in page


def test_a_muted_thread_is_no_news(as_, cast, record):
    db.session.add(Follow(entry_id=cast.thread.id, member_id=cast.bao.id, level=Level.MUTED, because=Because.CHOSE))
    db.session.commit()
    assert "Water in custody" not in as_(cast.bao).get("/").text


def test_a_member_without_groups_is_shown_the_way_to_them(as_, cast, make):
    page = as_(make.member("new")).get("/").text
    assert "Find your groups" in page


def test_the_start_page_costs_a_constant_number_of_statements(as_, cast, record, make):
    for number in range(5):
        thread = make.thread(cast.ana, cast.andes_group, title=f"Thread {number}")
        thread.regions.append(cast.andes)
    db.session.commit()
    for who, most in ((None, 3), (cast.bao, 6)):
        browser = as_(who)
        browser.get("/")
        with statements() as run:
            browser.get("/")
        assert len(run) <= most, "\n".join(run)


def test_the_start_page_is_the_same_for_every_visitor(as_, cast, record):
    response = as_(None).get("/")
    assert "Set-Cookie" not in response.headers and "csrf" not in response.text.lower()


def test_anyone_can_read_what_this_is(as_):
    assert "<h1>What this is</h1>" in as_(None).get("/about").text
