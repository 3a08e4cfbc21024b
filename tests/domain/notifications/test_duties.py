"""What waits for a member is told before what is new: to whom it waits for, and to nobody else."""

from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from forum.glossary.models import Concept, TermSuggestion
from forum.inbound.models import Fate, HeldMail, ReceivedMail, Transport
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.mail import Delivery
from forum.library.models import SuggestedEdit, Verdict
from forum.meetings.models import Meeting, MeetingKind, MeetingState
from forum.notifications.duties import duties_of, may_begin
from forum.notifications.models import Digest, MailChoice
from forum.notifications.operations import put_off, put_off_until
from forum.notifications.preparing import begin_telling, prepare
from forum.notifications.screening import pass_over
from forum.recommendations.models import Basis, Recommendation, State
from forum.threads.models import Draft
from tests import make


def waiting(who, at=None):
    with force_locale("en"):
        return {duty.path: duty.words for duty in duties_of(who, at=at or clock.now())}


def asks_to_join(who, group):
    return make.membership(who, group, joined_at=None)


def suggestion(of, by, **values):
    return save(SuggestedEdit(resource_id=of.id, member_id=by.id, changes={}, reason="MARKER", **values))


def test_nobody_has_anything_to_do_at_first(cast):
    for who in (cast.ana, cast.bao, cast.chidi, cast.sofia):
        assert waiting(who) == {}


def test_requests_to_join_wait_for_whoever_facilitates_the_group(cast):
    asks_to_join(cast.dora, cast.closed_group)
    asks_to_join(cast.youssef, cast.closed_group)
    asks_to_join(cast.dora, cast.andes_group)
    assert waiting(cast.ana) == {
        "/groups/andes/requests": "1 person asks to join “Andes”",
        "/groups/inner-circle/requests": "2 people ask to join “Inner Circle”",
    }
    assert waiting(cast.bao) == waiting(cast.dora) == waiting(cast.chidi) == {}


def test_newcomers_and_held_mail_wait_for_moderators(cast):
    make.member("kim", approved_at=None)
    make.member("lee", approved_at=None, confirmed_at=None)
    received = ReceivedMail(
        transport=Transport.LMTP, envelope_to="x@reply.example.org", raw=b"x", size=1, digest="d", fate=Fate.HELD
    )
    save(HeldMail(received_id=save(received).id, member_id=cast.bao.id))
    found = {"/moderation": "1 newcomer waits to be admitted", "/moderation/mail": "1 mail of a member is held"}
    assert waiting(cast.chidi) == found and waiting(cast.sofia) == found
    assert waiting(cast.ana) == waiting(cast.bao) == {}
    received.fate = Fate.REFUSED
    db.session.flush()
    assert "/moderation/mail" not in waiting(cast.chidi)


def test_suggested_edits_wait_for_who_shared_it_or_for_moderators_where_nobody_did(cast):
    suggestion(make.resource(by=cast.bao), cast.ana)
    suggestion(make.resource(by=cast.bao), cast.ana, verdict=Verdict.DECLINED)
    assert waiting(cast.bao) == {"/library/suggestions": "1 suggestion for the library waits for your answer"}
    assert waiting(cast.ana) == waiting(cast.chidi) == {}
    suggestion(make.resource(), cast.ana)
    assert "/library/suggestions" in waiting(cast.chidi) and "/library/suggestions" not in waiting(cast.ana)


def test_a_suggestion_on_what_was_hidden_waits_for_nobody_who_cannot_see_it(cast):
    resource = make.resource(by=None)
    suggestion(resource, cast.bao)
    resource.hidden_at = clock.now()
    db.session.flush()
    assert waiting(cast.bao) == {}


def test_suggested_terms_wait_for_those_who_decide(cast):
    concept = save(Concept(slug="bail", terms={"en": ["bail"]}))
    save(TermSuggestion(concept_id=concept.id, words="MARKER", author_id=cast.bao.id))
    told = {"/glossary/suggestions": "1 suggestion for the glossary waits"}
    assert waiting(cast.chidi) == told
    assert waiting(cast.ana) == told, "who facilitates a group looks after the glossary too"
    assert waiting(cast.bao) == waiting(cast.dora) == {}
    assert may_begin(clock.now() - timedelta(hours=1), clock.now()) == {cast.ana.id}
    assert may_begin(clock.now() + timedelta(hours=1), clock.now()) == set()


def test_submitted_recommendations_wait_for_the_secretariat(cast):
    event = Meeting(title="Dakar round", start_date="2024-05-01", reference="DKR", relation="jwc-event")
    event.meeting_kind, event.state, event.region_id = MeetingKind.REGIONAL, MeetingState.HELD, cast.sahel.id
    save(event)
    for number, state in enumerate((State.SUBMITTED, State.DRAFT, State.ADOPTED), 1):
        words = {"title": "MARKER", "text": "MARKER", "basis": next(iter(Basis)), "number": number}
        save(Recommendation(reference=f"X-R{number}", meeting_id=event.id, state=state, **words))
    assert waiting(cast.sofia) == {
        "/recommendations?state=submitted": "1 recommendation was submitted and waits to be adopted"
    }
    assert waiting(cast.chidi) == waiting(cast.ana) == {}


def test_a_draft_is_mentioned_once_it_is_old_and_only_to_its_author(cast):
    save(Draft(member_id=cast.bao.id, place="new", body="MARKER", saved_at=clock.now() - timedelta(days=4)))
    save(Draft(member_id=cast.bao.id, place="thread:1", body="", saved_at=clock.now() - timedelta(days=4)))
    save(Draft(member_id=cast.dora.id, place="new", body="MARKER", saved_at=clock.now()))
    assert waiting(cast.bao) == {"/me/drafts": "1 draft of yours lies unfinished"}
    assert waiting(cast.dora) == waiting(cast.ana) == {}


def prepared(cast, who):
    """Their digest of now, when everything was told an hour ago and nothing is new since."""
    begin_telling(now=clock.now())
    choice = db.session.get_one(MailChoice, who.id)
    choice.told_until = clock.now() - timedelta(hours=1)
    for thread in (cast.thread, cast.closed_thread):
        thread.created_at = thread.active_at = clock.now() - timedelta(days=3)
    return choice


def test_what_began_to_wait_is_a_reason_for_a_mail_and_is_named_in_it(cast):
    choice = prepared(cast, cast.ana)
    asks_to_join(cast.dora, cast.closed_group)
    digest = prepare(cast.ana, choice, now=clock.now())
    assert digest is not None and digest.items == []
    mail = db.session.scalars(select(Delivery)).one()
    assert mail.subject == "1 person asks to join “Inner Circle”"
    for words in (mail.text, mail.html):
        assert "1 person asks to join “Inner Circle”" in words and "/groups/inner-circle/requests" in words
    assert "WAITING FOR YOU" in mail.text and "new item" not in mail.text and "colon" not in mail.text


def test_what_waits_longer_is_no_reason_by_itself(cast):
    choice = prepared(cast, cast.ana)
    asks_to_join(cast.dora, cast.closed_group).requested_at = clock.now() - timedelta(days=2)
    assert prepare(cast.ana, choice, now=clock.now()) is None
    assert db.session.scalars(select(Digest)).all() == []


def test_what_is_put_off_is_left_out_for_a_week_and_then_told_again(cast):
    choice = prepared(cast, cast.ana)
    asks_to_join(cast.dora, cast.closed_group).requested_at = clock.now() - timedelta(minutes=30)
    put_off(by=cast.ana)
    assert prepare(cast.ana, choice, now=clock.now()) is None
    later = clock.now() + timedelta(days=3)
    asks_to_join(cast.youssef, cast.andes_group).requested_at = later - timedelta(hours=1)
    told = prepare(cast.ana, choice, now=later)
    assert told is not None
    (mail,) = db.session.scalars(select(Delivery))
    assert "Andes" in mail.text and "Inner Circle" not in mail.text
    assert prepare(cast.ana, choice, now=clock.now() + timedelta(days=6)) is None
    assert prepare(cast.ana, choice, now=clock.now() + timedelta(days=8)) is not None
    latest = db.session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
    assert "Inner Circle" in latest.text


def test_a_member_whose_put_off_duties_are_due_again_is_not_passed_over(cast):
    choice = prepared(cast, cast.ana)
    asks_to_join(cast.dora, cast.closed_group).requested_at = clock.now() - timedelta(days=2)
    put_off(by=cast.ana)
    choice.told_until, choice.next_at = clock.now() + timedelta(days=6), clock.now() + timedelta(days=7)
    db.session.flush()
    assert cast.ana.id in pass_over([cast.ana.id], now=clock.now() + timedelta(days=7, hours=1))


def test_somebody_can_be_reminded_again_before_the_week_is_over(cast, as_):
    assert "does not speak" not in as_(cast.ana).get("/me/settings/mail").text
    put_off(by=cast.ana)
    db.session.commit()
    assert "does not speak of what waited" in as_(cast.ana).get("/me/settings/mail").text
    assert as_(cast.ana).post("/me/settings/mail/remind").status_code == 303
    assert put_off_until(cast.ana) is None
    assert "does not speak" not in as_(cast.ana).get("/me/settings/mail").text


def test_a_discreet_mail_counts_it_and_says_nothing(cast):
    choice = prepared(cast, cast.ana)
    choice.discreet = True
    asks_to_join(cast.dora, cast.closed_group)
    prepare(cast.ana, choice, now=clock.now())
    mail = db.session.scalars(select(Delivery)).one()
    assert mail.subject == "1 new item"
    assert "Inner Circle" not in mail.text + mail.html and "inner-circle" not in mail.text + mail.html


def test_the_page_of_the_digest_says_it_too(cast, as_):
    choice = prepared(cast, cast.ana)
    asks_to_join(cast.dora, cast.closed_group)
    digest = prepare(cast.ana, choice, now=clock.now())
    page = as_(cast.ana).get(f"/me/digests/{digest.day.isoformat()}").text
    assert "Waiting for you" in page and "/groups/inner-circle/requests" in page


@pytest.mark.parametrize("name", ["ana", "bao", "dora", "youssef", "chidi", "sofia"])
def test_no_words_of_what_waits_are_in_any_mail(cast, name):
    asks_to_join(cast.dora, cast.closed_group).request_note = "MARKER"
    suggestion(make.resource(by=cast.bao), cast.ana)
    save(Draft(member_id=cast.bao.id, place="new", body="MARKER", saved_at=clock.now() - timedelta(days=4)))
    who = getattr(cast, name)
    prepare(who, prepared(cast, who), now=clock.now())
    assert all("MARKER" not in mail.text + mail.html + mail.subject for mail in db.session.scalars(select(Delivery)))
