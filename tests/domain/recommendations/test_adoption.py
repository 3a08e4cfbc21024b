"""Adopted wording is frozen: in code, with a sentence, and in the database, whoever asks."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from forum.entries.models import Entry, Kind, Link, Relation, Visibility
from forum.kernel.db import db, save
from forum.kernel.errors import NotAllowed, NotFound, Refused
from forum.meetings.models import Congress, Meeting, MeetingState
from forum.recommendations.models import Addressee, Basis, Recommendation, State
from forum.recommendations.operations import Wording, add, adopt, edit

TABLE = Recommendation.__table__


@pytest.fixture
def meeting(cast):
    return save(
        Meeting(
            reference="WC21-LIM20",
            title="A meeting",
            meeting_kind="regional",
            state=MeetingState.HELD,
            regions=[cast.andes],
        )
    )


@pytest.fixture
def wording(cast):
    return Wording(
        title="Fewer cells",
        text="Close them.",
        basis=Basis.RECOMMENDATION,
        theme_ids=[cast.detention.id],
        addressed_to=["states", "judiciary"],
    )


@pytest.fixture
def draft(cast, meeting, wording):
    return add(meeting, wording, by=cast.sofia)


def test_a_recommendation_is_written_down_as_a_draft_of_its_meeting(cast, meeting, draft, wording):
    assert (draft.reference, draft.state, draft.visibility) == ("WC21-LIM20-R01", State.DRAFT, Visibility.DRAFT)
    assert draft.regions == [cast.andes] and draft.themes == [cast.detention]
    link = db.session.scalar(select(Link).where(Link.from_id == draft.id))
    assert (link.to_id, link.relation, link.author_id) == (meeting.id, Relation.MADE_AT, cast.sofia.id)
    assert add(meeting, wording, by=cast.sofia).reference == "WC21-LIM20-R02"


def test_a_congress_numbers_its_own(cast, wording):
    congress = save(Congress(reference="WC29", number=7, title="The seventh"))
    assert add(congress, wording, by=cast.sofia).reference == "WC29-R01"


def test_adoption_makes_it_public_and_freezes_it(cast, draft, wording):
    edit(draft, replace(wording, text="Close most of them."), by=cast.sofia)
    adopt(draft, by=cast.sofia)
    assert draft.state is State.ADOPTED and draft.visibility is Visibility.PUBLIC
    assert draft.adopted_by_id == cast.sofia.id and draft.text == "Close most of them."
    with pytest.raises(Refused):
        edit(draft, wording, by=cast.sofia)
    with pytest.raises(Refused):
        adopt(draft, by=cast.sofia)


@pytest.mark.parametrize("missing", [{"theme_ids": []}, {"addressed_to": []}, {"text": "  "}])
def test_adoption_needs_text_addressee_and_theme(cast, draft, wording, missing):
    edit(draft, replace(wording, **missing), by=cast.sofia)
    with pytest.raises(Refused):
        adopt(draft, by=cast.sofia)


def test_adoption_needs_a_meeting_that_was_held(cast, draft, meeting):
    meeting.state = MeetingState.ANNOUNCED
    with pytest.raises(Refused):
        adopt(draft, by=cast.sofia)


def test_only_the_secretariat_writes_and_adopts(cast, draft, meeting, wording):
    for who in (cast.bao, cast.ana, cast.chidi):
        with pytest.raises(NotAllowed):
            add(meeting, wording, by=who)
        with pytest.raises(NotFound):  # they may not even know of a draft
            adopt(draft, by=who)
    draft.visibility = Visibility.PUBLIC
    for who in (cast.bao, cast.ana, cast.chidi):
        with pytest.raises(NotAllowed):
            adopt(draft, by=who)
        with pytest.raises(NotAllowed):
            edit(draft, wording, by=who)


@pytest.mark.parametrize(
    "statement",
    [
        update(TABLE).values(text="Open more."),
        update(TABLE).values(title="More cells"),
        update(TABLE).values(state="draft"),
        delete(TABLE),
    ],
    ids=["text", "title", "back to draft", "delete"],
)
def test_the_database_refuses_too(cast, draft, statement):
    adopt(draft, by=cast.sofia)
    db.session.commit()
    if statement.is_delete:
        db.session.execute(delete(Addressee))
    with pytest.raises(DBAPIError, match="cannot change"):
        db.session.execute(statement)
    db.session.rollback()
    assert db.session.scalar(select(TABLE.c.text)) == "Close them."


def test_the_database_lets_everything_else_change(cast, draft):
    db.session.execute(update(TABLE).values(text="A draft may change."))
    db.session.expire_all()
    adopt(draft, by=cast.sofia)
    db.session.execute(update(TABLE).values(note="Found a better source.", state=State.FOLLOW_UP))
    assert db.session.scalar(select(Entry.kind).where(Entry.id == draft.id)) is Kind.RECOMMENDATION


def test_a_draft_may_still_be_deleted(cast, draft):
    db.session.execute(delete(Addressee))
    db.session.execute(delete(TABLE))
    assert db.session.scalar(select(TABLE.c.id)) is None
