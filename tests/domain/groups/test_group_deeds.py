"""Joining, answering, tending, arranging: the deeds and everybody they are refused to."""

import pytest
from sqlalchemy import select

from forum.access.rules import membership_of
from forum.access.scopes import visible_to
from forum.accounts.events import MemberErased
from forum.community.events import GroupVisibilityChanged
from forum.community.models import GroupKind, GroupVisibility, Joining, MembershipRole
from forum.entries.models import Entry, Visibility
from forum.groups import operations
from forum.groups.events import MemberBroughtIn, RequestAnswered
from forum.groups.handlers import end_their_memberships, tell_the_newcomer, tell_who_asked
from forum.groups.queries import membership_in
from forum.inbound import recipients
from forum.kernel.db import db
from forum.kernel.errors import NotAllowed, NotFound, Refused
from forum.kernel.events import OutboxRow
from forum.kernel.mail import Delivery


def promised(kind):
    """Of this slice's own handlers: others may hear of it too."""
    ours = OutboxRow.event == kind.name, OutboxRow.handler.startswith("forum.groups.")
    return db.session.scalars(select(OutboxRow).where(*ours)).all()


def mails():
    return db.session.scalars(select(Delivery)).all()


@pytest.fixture
def careful(cast, make):
    group = make.group("careful", joining=Joining.REQUEST)
    make.membership(cast.ana, group, MembershipRole.FACILITATOR)
    return group


def test_an_open_group_takes_in_any_member_once(cast):
    operations.join(cast.andes_group, by=cast.dora)
    operations.join(cast.andes_group, by=cast.dora)
    assert membership_of(cast.dora, cast.andes_group).is_active


def test_a_group_on_request_keeps_the_asking_member_waiting(cast, careful):
    request = operations.join(careful, by=cast.bao, note="  I work on this.  ")
    assert not request.is_active and request.request_note == "I work on this."


def test_a_private_group_cannot_even_be_asked(cast):
    with pytest.raises(NotFound):
        operations.join(cast.closed_group, by=cast.bao)
    assert membership_of(cast.bao, cast.closed_group) is None


def test_a_facilitator_lets_somebody_in_and_they_are_told_in_their_language(cast, careful):
    cast.bao.language = "es"
    operations.admit(operations.join(careful, by=cast.bao), by=cast.ana, word="Welcome, Bao.")
    mine = membership_of(cast.bao, careful)
    assert mine.is_active and mine.admitted_by_id == cast.ana.id
    (row,) = promised(RequestAnswered)
    tell_who_asked(RequestAnswered(**row.payload))
    (mail,) = mails()
    assert mail.recipient == cast.bao.email and mail.language == "es"
    assert "Welcome, Bao." in mail.text and "/groups/careful" in mail.text


def test_who_is_declined_hears_why_and_may_ask_again(cast, careful):
    operations.decline(operations.join(careful, by=cast.bao), by=cast.ana, word="We are full.")
    assert membership_of(cast.bao, careful) is None
    (row,) = promised(RequestAnswered)
    tell_who_asked(RequestAnswered(**row.payload))
    assert "We are full." in mails()[0].text
    assert not operations.join(careful, by=cast.bao).is_active


def test_nobody_but_facilitators_and_moderators_answers(cast, make, careful):
    make.membership(cast.youssef, careful)
    for outsider in (cast.youssef, cast.dora, cast.bao):
        request = operations.join(careful, by=cast.bao)
        for deed in (operations.admit, operations.decline):
            with pytest.raises(NotAllowed):
                deed(request, by=outsider)
    operations.admit(request, by=cast.chidi)
    with pytest.raises(Refused):
        operations.admit(request, by=cast.ana)


def test_a_private_group_grows_by_bringing_people_in(cast):
    with pytest.raises(NotFound):
        operations.bring_in(cast.dora, cast.closed_group, by=cast.bao)
    operations.bring_in(cast.bao, cast.closed_group, by=cast.ana)
    operations.bring_in(cast.bao, cast.closed_group, by=cast.ana)
    assert membership_of(cast.bao, cast.closed_group).is_active
    with pytest.raises(NotAllowed):
        operations.bring_in(cast.dora, cast.closed_group, by=cast.bao)


def test_who_is_brought_in_is_told(cast, make):
    operations.bring_in(cast.bao, cast.closed_group, by=cast.ana)
    (row,) = promised(MemberBroughtIn)
    tell_the_newcomer(MemberBroughtIn(**row.payload))
    assert "leave it" in mails()[0].text


def test_a_group_keeps_a_facilitator(cast):
    ana = membership_in(cast.andes_group, "ana")
    for deed in (operations.relieve, operations.remove):
        with pytest.raises(Refused):
            deed(ana, by=cast.chidi)
    with pytest.raises(Refused):
        operations.leave(cast.andes_group, by=cast.ana)
    operations.name_facilitator(membership_in(cast.andes_group, "bao"), by=cast.ana)
    operations.leave(cast.andes_group, by=cast.ana)
    assert membership_of(cast.ana, cast.andes_group) is None


def test_who_only_asked_cannot_be_made_a_facilitator(cast, careful):
    request = operations.join(careful, by=cast.bao)
    with pytest.raises(Refused):
        operations.name_facilitator(request, by=cast.ana)
    with pytest.raises(NotFound):
        operations.remove(request, by=cast.ana)


def test_members_do_not_tend_their_group(cast):
    bao = membership_in(cast.andes_group, "bao")
    for deed in (operations.name_facilitator, operations.relieve, operations.remove):
        with pytest.raises(NotAllowed):
            deed(bao, by=cast.bao)
    operations.remove(bao, by=cast.ana)
    assert membership_of(cast.bao, cast.andes_group) is None


def test_leaving_twice_and_withdrawing_are_the_same_deed(cast, careful):
    operations.join(careful, by=cast.bao)
    operations.leave(careful, by=cast.bao)
    operations.leave(careful, by=cast.bao)
    assert membership_of(cast.bao, careful) is None


def test_only_moderators_found_groups(cast):
    for other in (cast.ana, cast.bao):
        with pytest.raises(NotAllowed):
            operations.found("Ours", by=other)
    group = operations.found("Sólo niñas", by=cast.chidi, region_id=cast.andes.id, theme_id=cast.diversion.id)
    assert group.slug == "solo-ninas" and group.kind is GroupKind.WORKING
    assert membership_of(cast.chidi, group).role is MembershipRole.FACILITATOR


@pytest.mark.parametrize(
    "name, slug",
    [
        *(("Andes", "andes-2"), ("new", "new-2"), ("عدالة", "adala"), ("Дети", "deti")),
        *(("儿童司法", "group"), ("a" * 90, "a" * 60)),
    ],
)
def test_addresses_are_made_from_names_and_never_taken_twice(cast, name, slug):
    assert operations.found(name, by=cast.chidi).slug == slug


def test_names_that_are_spelled_alike_or_cannot_be_spelled_are_numbered(cast):
    names = ["儿童司法", "少年法院", "Дети", "дети!", "Deti"]
    slugs = [operations.found(name, by=cast.chidi).slug for name in names]
    assert slugs == ["group", "group-2", "deti", "deti-2", "deti-3"]


def test_no_group_has_the_address_of_a_mailbox_of_the_sites_own(cast):
    for mailbox in (*recipients.FOR_OPERATORS, recipients.COMPLAINTS):
        assert operations.found(mailbox.capitalize(), by=cast.chidi).slug == f"{mailbox}-2"


def arranged(group, visibility, by):
    operations.arrange(
        group, by=by, name=group.name, description="For all of us.", visibility=visibility, joining=group.joining
    )


def test_what_was_said_follows_when_a_group_turns_private(cast, make):
    draft = make.thread(cast.ana, cast.andes_group, visibility=Visibility.DRAFT)
    arranged(cast.andes_group, GroupVisibility.PRIVATE, by=cast.ana)
    db.session.expire_all()
    mine = select(Entry).where(Entry.group_id == cast.andes_group.id)
    said = [entry for entry in db.session.scalars(mine) if entry is not draft and entry.created_at < draft.created_at]
    assert said and {entry.visibility for entry in said} == {Visibility.GROUP}
    assert draft.visibility is Visibility.DRAFT
    for stranger in (None, cast.dora, cast.youssef):
        assert not db.session.scalars(mine.where(visible_to(stranger))).all()
    assert db.session.scalars(mine.where(visible_to(cast.bao))).all()
    assert cast.andes_group.description == "For all of us."


def test_a_group_that_opens_shows_what_was_said(cast):
    arranged(cast.closed_group, GroupVisibility.PUBLIC, by=cast.ana)
    db.session.expire_all()
    assert db.session.scalars(select(Entry).where(Entry.group_id == cast.closed_group.id, visible_to(None))).all()


def test_a_change_of_visibility_is_told_once_and_only_when_it_is_one(cast, monkeypatch):
    told = []
    monkeypatch.setattr("forum.groups.operations.founding.record", told.append)
    arranged(cast.andes_group, GroupVisibility.PUBLIC, by=cast.ana)
    assert told == []
    arranged(cast.andes_group, GroupVisibility.MEMBERS, by=cast.ana)
    assert told == [GroupVisibilityChanged(group_id=cast.andes_group.id)]


def test_only_who_manages_a_group_arranges_it(cast):
    for other in (cast.bao, cast.dora):
        with pytest.raises(NotAllowed):
            arranged(cast.andes_group, GroupVisibility.PRIVATE, by=other)
    with pytest.raises(NotFound):
        arranged(cast.closed_group, GroupVisibility.PUBLIC, by=cast.bao)


def test_a_region_group_keeps_the_name_of_its_region(cast):
    operations.arrange(
        cast.andes_group,
        by=cast.ana,
        name="Mine",
        description="",
        visibility=GroupVisibility.PUBLIC,
        joining=Joining.OPEN,
    )
    assert cast.andes_group.name == "Andes"


def test_who_left_the_forum_is_in_no_group(cast):
    end_their_memberships(MemberErased(member_id=cast.ana.id))
    db.session.expire_all()
    assert membership_of(cast.ana, cast.andes_group) is None
    assert membership_of(cast.bao, cast.andes_group) is not None
