"""/me/settings/mail, the preview, a digest's page, and stopping with one click."""

from datetime import date, timedelta

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail.deliveries import Reason, suppress
from forum.notifications.models import Digest, DigestItem, Frequency, GroupWeight, MailChoice, Section, Weight, Why
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations as threads

SENT = {"frequency": "weekly", "hour": "18", "weekday": "4", "paused_until": "", "discreet": "y"}


def test_the_page_offers_every_choice_with_what_it_would_mean(as_, cast):
    page = as_(cast.bao).get("/me/settings/mail").text
    assert 'value="fortnightly"' in page and 'name="weight-andes"' in page and 'id="estimates"' in page
    assert db.session.get(MailChoice, cast.bao.id) is None  # looking writes nothing


def test_a_choice_is_kept_and_moves_the_next_digest(as_, cast):
    answer = as_(cast.bao).post("/me/settings/mail", data={**SENT, "weight-andes": "titles"})
    assert answer.status_code == 303
    choice = db.session.get(MailChoice, cast.bao.id)
    assert (choice.frequency, choice.hour, choice.weekday, choice.discreet) == (Frequency.WEEKLY, 18, 4, True)
    assert choice.next_at.weekday() == 4 and choice.next_at > clock.now()
    assert db.session.get(GroupWeight, (cast.bao.id, cast.andes_group.id)).weight is Weight.TITLES
    page = as_(cast.bao).get("/me/settings/mail").text
    assert '<option selected value="weekly">' in page and '<option value="titles" selected>' in page


def test_what_cannot_be_is_said_beside_its_field_and_keeps_the_rest(as_, cast):
    past = (clock.now() - timedelta(days=3)).date().isoformat()
    answer = as_(cast.bao).post("/me/settings/mail", data={**SENT, "paused_until": past})
    assert answer.status_code == 422 and "within a year" in answer.text
    assert '<option selected value="weekly">' in answer.text
    for wrong in ({"hour": "25"}, {"frequency": "hourly"}, {"weekday": "x"}, {"paused_until": "soon"}):
        assert as_(cast.bao).post("/me/settings/mail", data=SENT | wrong).status_code == 422


def test_somebody_else_s_group_cannot_be_weighed(as_, cast):
    as_(cast.bao).post("/me/settings/mail", data={**SENT, "weight-inner-circle": "first"})
    assert db.session.get(GroupWeight, (cast.bao.id, cast.closed_group.id)) is None


def test_the_preview_is_what_would_come_and_says_when_nothing_would(as_, cast):
    assert "no mail would come" in as_(cast.bao).get("/me/settings/mail/preview").text
    db.session.add(MailChoice(member_id=cast.bao.id, told_until=clock.now() - timedelta(days=1)))
    threads.open_thread(cast.andes_group, title="Water by night", body="Who?", by=cast.ana)
    db.session.commit()
    page = as_(cast.bao).get("/me/settings/mail/preview").text
    assert "Water by night" in page and "sandbox" in page
    alone = as_(cast.bao).get("/me/settings/mail/preview?part=html")
    assert "sandbox" in alone.headers["Content-Security-Policy"] and "Water by night" in alone.text


def test_a_digest_s_page_shows_what_can_still_be_seen_and_only_to_its_member(as_, cast):
    now = clock.now()
    digest = Digest(member_id=cast.bao.id, day=date(2026, 1, 5), since=now - timedelta(days=1), until=now, left_out=0)
    digest.items = [
        DigestItem(position=1, entry_id=cast.thread.id, section=Section.THREADS, why=Why.GROUP),
        DigestItem(position=2, entry_id=cast.closed_thread.id, section=Section.THREADS, why=Why.GROUP),
    ]
    db.session.add(digest)
    db.session.commit()
    page = as_(cast.bao).get("/me/digests/2026-01-05").text
    assert "Water in custody" in page and "Between us" not in page
    assert as_(cast.dora).get("/me/digests/2026-01-05").status_code == 404
    assert as_(cast.bao).get("/me/digests/yesterday").status_code == 404


def test_opening_the_link_stops_nothing_and_one_click_does_without_cookie_or_form_token(as_, cast, app):
    path = f"/unsubscribe/{Token(Purpose.STOP_DIGEST, cast.bao.id)}"
    assert "Stop it" in as_(None).get(path).text
    assert db.session.get(MailChoice, cast.bao.id) is None
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for _ in range(2):
            answer = as_(None).post(path, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200 and "It is stopped" in answer.text
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    db.session.expire_all()
    assert db.session.get(MailChoice, cast.bao.id).frequency is Frequency.NEVER
    assert "You get no digest" in as_(cast.bao).get("/me/settings/mail").text
    as_(cast.bao).post("/me/settings/mail/start")
    db.session.expire_all()
    assert db.session.get(MailChoice, cast.bao.id).frequency is Frequency.DAILY


def test_one_click_mutes_one_group_or_one_thread(as_, cast):
    as_(None).post(f"/unsubscribe/{Token(Purpose.STOP_GROUP, cast.bao.id, cast.andes_group.id)}")
    assert db.session.get(GroupWeight, (cast.bao.id, cast.andes_group.id)).weight is Weight.NEVER


def test_a_forged_link_is_not_found(as_):
    for answer in (as_(None).get("/unsubscribe/aaaa"), as_(None).post("/unsubscribe/aaaa")):
        assert answer.status_code == 404
        assert "a part of it is missing" in answer.text and 'href="/me/settings/mail"' in answer.text


def test_a_paused_address_has_a_banner_and_a_way_back(as_, cast):
    suppress(cast.bao.email, reason=Reason.NO_SUCH_ADDRESS)
    db.session.commit()
    assert "came back" in as_(cast.bao).get("/me/settings/mail").text
    as_(cast.bao).post("/me/settings/mail/start")
    assert "came back" not in as_(cast.bao).get("/me/settings/mail").text
