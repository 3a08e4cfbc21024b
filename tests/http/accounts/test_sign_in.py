"""Coming in, being kept out, going out."""

import re
import time

import pyotp
import pytest

from forum.accounts.models import LoginSession, Standing
from forum.kernel import clock
from forum.kernel.db import db

from .conftest import PASSWORD, is_signed_in


def test_an_address_and_a_password_open_the_door_and_lead_back(cast, sign_in, with_password):
    with_password(cast.bao)
    browser = sign_in("bao@example.org", next="/threads")
    assert (browser.answer.status_code, browser.answer.location) == (302, "/threads")
    assert is_signed_in(browser)


def test_the_way_back_never_leads_elsewhere(cast, as_, with_password):
    with_password(cast.bao)
    for there in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = as_(None).post("/sign-in", data={"email": "bao@example.org", "password": PASSWORD, "next": there})
        assert not answer.headers.get("Location", "").startswith(("http", "//", "/\\"))


def test_a_known_and_an_unknown_address_get_the_same_answer(cast, sign_in, with_password):
    with_password(cast.bao)

    def words(email):
        answer = sign_in(email, "not the right one").answer
        return answer.status_code, re.sub(r'value="[^"]*"|[0-9a-f]{12}', "", answer.text)

    assert words("bao@example.org") == words("nobody@example.org")
    assert words("bao@example.org")[0] == 422


def test_reset_says_the_same_whether_the_address_is_known_or_not(cast, as_, post_office, with_password):
    with_password(cast.bao)

    def words(email):
        return re.sub(r'value="[^"]*"|\w+@example\.org', "", as_(None).post("/reset", data={"email": email}).text)

    assert words("bao@example.org") == words("nobody@example.org")
    assert [mail["To"] for mail in post_office.mails()] == ["bao@example.org"]


def test_a_new_password_ends_every_session_and_the_link_works_once(cast, as_, post_office, sign_in, with_password):
    with_password(cast.bao)
    before = sign_in("bao@example.org")
    as_(None).post("/reset", data={"email": "bao@example.org"})
    link = post_office.link("bao@")
    new = {"password": "tres gatos en la luna", "password_confirm": "tres gatos en la luna"}
    assert as_(None).post(link, data=new).status_code == 302
    assert not is_signed_in(before)
    assert "changed" in post_office.mails("bao@")[0]["Subject"]
    assert is_signed_in(sign_in("bao@example.org", "tres gatos en la luna"))
    assert as_(None).get(link).status_code == 302  # back to /reset: it has been used


def test_changing_the_password_keeps_this_browser_and_ends_the_others(cast, sign_in, with_password):
    with_password(cast.bao)
    here, there = sign_in("bao@example.org"), sign_in("bao@example.org")
    new = "tres gatos en la luna"
    answer = here.post(
        "/me/settings/password", data={"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    )
    assert answer.status_code == 302, answer.text
    assert is_signed_in(here) and not is_signed_in(there)


def test_signing_out_ends_this_browser_only(cast, sign_in, with_password):
    with_password(cast.bao)
    here, there = sign_in("bao@example.org"), sign_in("bao@example.org")
    assert here.get("/sign-out").status_code == 405
    assert here.post("/sign-out").status_code == 302
    assert not is_signed_in(here) and is_signed_in(there)
    assert db.session.query(LoginSession).count() == 1


def test_one_browser_is_ended_from_another_and_only_ones_own(cast, sign_in, with_password):
    with_password(cast.bao)
    with_password(cast.dora)
    here, there, dora = sign_in("bao@example.org"), sign_in("bao@example.org"), sign_in("dora@example.org")
    with there.session_transaction() as session, dora.session_transaction() as hers:
        other, not_mine = session["sid"], hers["sid"]
    here.post(f"/me/settings/sessions/{other}/end")
    here.post(f"/me/settings/sessions/{not_mine}/end")
    assert is_signed_in(here) and not is_signed_in(there) and is_signed_in(dora)


def test_everywhere_else_can_be_signed_out_at_once(cast, sign_in, with_password):
    with_password(cast.bao)
    here, there = sign_in("bao@example.org"), sign_in("bao@example.org")
    here.post("/me/settings/sessions/end-others")
    assert is_signed_in(here) and not is_signed_in(there)


def test_a_suspension_ends_a_running_session_and_is_said_kindly(cast, sign_in, with_password):
    with_password(cast.bao)
    browser = sign_in("bao@example.org")
    with_password(cast.bao, suspended_until=clock.now().replace(year=2999))
    assert not is_signed_in(browser)
    assert "rests for a while" in sign_in("bao@example.org").answer.text
    assert "not right" in sign_in("bao@example.org", "wrong password").answer.text


@pytest.mark.parametrize(
    ("values", "standing"),
    [
        ({}, Standing.ADMITTED),
        ({"confirmed_at": None}, Standing.UNCONFIRMED),
        ({"approved_at": None}, Standing.WAITING),
        ({"approved_at": None, "confirmed_at": None}, Standing.UNCONFIRMED),
        ({"active": False}, Standing.ENDED),
    ],
)
def test_what_stands_in_the_way_is_named(cast, values, standing):
    for name, value in values.items():
        setattr(cast.bao, name, value)
    assert cast.bao.standing is standing
    assert cast.bao.is_admitted == (standing is Standing.ADMITTED)


def test_only_who_stays_signed_in_gets_a_lasting_cookie(cast, sign_in, with_password):
    with_password(cast.bao)
    assert "Expires" not in sign_in("bao@example.org").answer.headers["Set-Cookie"]
    assert "Expires" in sign_in("bao@example.org", stay="y").answer.headers["Set-Cookie"]


def test_a_visitor_is_sent_to_sign_in_and_htmx_navigates(cast, as_):
    assert as_(None).get("/me/settings/security").location == "/sign-in?next=/me/settings/security"
    answer = as_(None, htmx=True).get("/me/settings/security")
    assert answer.status_code == 204 and answer.headers["HX-Redirect"].startswith("/sign-in?next=")


def test_dangerous_acts_ask_again_who_one_is(cast, sign_in, with_password):
    with_password(cast.bao)
    browser = sign_in("bao@example.org")
    assert browser.get("/me/settings/email").status_code == 200
    with browser.session_transaction() as session:
        session["fs_paa"] = time.time() - 3 * 3600
        session.pop("fs_gexp", None)
    for path in ("/me/settings/email", "/me/settings/two-step", "/me/settings/passkeys", "/me/settings/recovery-codes"):
        assert browser.get(path).location.startswith("/sign-in/again"), path
    assert browser.post("/sign-in/again", data={"password": "wrong one here"}).status_code == 422
    answer = browser.post("/sign-in/again?next=/me/settings/email", data={"password": PASSWORD})
    assert answer.location == "/me/settings/email"
    assert browser.get("/me/settings/email").status_code == 200


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(
    cast, as_, post_office, sign_in, with_password
):
    with_password(cast.bao)
    browser = sign_in("bao@example.org")
    browser.post("/me/settings/email", data={"email": "new@example.org"})
    assert cast.bao.email == "bao@example.org"
    assert as_(None).get(post_office.link("new@")).status_code == 302
    db.session.refresh(cast.bao)
    assert cast.bao.email == "new@example.org"
    assert "changed" in post_office.mails("bao@")[0]["Subject"]


def test_a_new_address_that_is_taken_gets_the_same_answer_and_nothing_happens(
    cast, post_office, sign_in, with_password
):
    with_password(cast.bao)
    answer = sign_in("bao@example.org").post("/me/settings/email", data={"email": "dora@example.org"})
    assert answer.status_code == 200 and "associated" not in answer.text
    assert post_office.mails("dora@") == []


def set_up_second_step(browser):
    page = browser.post("/me/settings/two-step", data={"setup": "authenticator"}).text
    key = re.search(r'id="totp-key">([^<]+)<', page)[1].replace(" ", "").replace("-", "")
    assert "data:image/svg" in page
    code = pyotp.TOTP(key).now()
    action = re.search(r'action="(/me/settings/two-step/[^"]+)"', page)[1]
    assert browser.post(action, data={"code": code}).status_code == 302
    return code


def test_a_second_step_is_asked_for_its_code_works_once_and_recovery_codes_help(cast, sign_in, with_password):
    with_password(cast.bao)
    first = sign_in("bao@example.org")
    code = set_up_second_step(first)
    page = first.post("/me/settings/recovery-codes", data={"generate_new_codes": "1"}).text
    codes = re.findall(r"<li><code>([^<]+)<", page)
    assert len(codes) == 5

    second = sign_in("bao@example.org")
    assert second.answer.status_code == 302 and "/sign-in/code" in second.answer.location
    assert not is_signed_in(second)
    replayed = second.post("/sign-in/code", data={"code": code})
    assert replayed.status_code == 422 and not is_signed_in(second)
    assert second.post("/sign-in/recovery-code", data={"code": codes[0]}).status_code == 302
    assert is_signed_in(second)

    third = sign_in("bao@example.org")
    assert third.post("/sign-in/recovery-code", data={"code": codes[0]}).status_code == 422
    assert not is_signed_in(third)


def test_moderators_must_set_up_a_second_step_before_they_come_in(cast, sign_in, with_password):
    with_password(cast.chidi)
    browser = sign_in("chidi@example.org")
    assert "two-step" in browser.answer.location
    assert not is_signed_in(browser)
    page = browser.post("/me/settings/two-step", data={"setup": "authenticator"}).text
    key = re.search(r'id="totp-key">([^<]+)<', page)[1].replace(" ", "").replace("-", "")
    assert browser.post("/sign-in/code", data={"code": pyotp.TOTP(key).now()}).status_code == 302
    assert is_signed_in(browser)


def test_the_demos_moderator_needs_no_second_step(cast, sign_in, with_password):
    with_password(cast.chidi, is_demo=True)
    assert is_signed_in(sign_in("chidi@example.org"))


def test_passkey_pages_bring_their_script_and_nothing_inline(cast, as_):
    page = as_(None).get("/sign-in/passkey").text
    assert "passkeys.js" in page and "passkeys.js" not in as_(None).get("/sign-in").text
    options = as_(cast.bao).post("/me/settings/passkeys", data={"name": "laptop", "usage": "first"}).text
    assert 'data-passkey="create"' in options
    assert "cross-platform" not in options and "&#34;residentKey&#34;: &#34;required&#34;" in options


def test_no_token_in_a_header_opens_the_door(cast, as_):
    token = cast.bao.get_auth_token()
    answer = as_(None).get("/me/settings/security", headers={"Authentication-Token": token})
    assert answer.status_code == 303
    assert as_(None).get(f"/me/settings/security?auth_token={token}").status_code == 303


def test_hashing_a_password_holds_no_transaction(cast, as_, app, with_password, monkeypatch):
    with_password(cast.bao)
    seen = []
    context = app.extensions["forum.security"].pwd_context._context
    verify, digest = context.verify, context.hash
    monkeypatch.setattr(
        app.extensions["forum.security"].pwd_context,
        "_context",
        type(
            "Watched",
            (),
            {
                "verify": staticmethod(lambda *a, **k: seen.append(db.session().in_transaction()) or verify(*a, **k)),
                "hash": staticmethod(lambda *a, **k: seen.append(db.session().in_transaction()) or digest(*a, **k)),
                "identify": staticmethod(context.identify),
                "needs_update": staticmethod(context.needs_update),
            },
        )(),
    )
    as_(None).post("/sign-in", data={"email": "bao@example.org", "password": PASSWORD})
    as_(None).post("/sign-in", data={"email": "nobody@example.org", "password": PASSWORD})
    as_(None).post("/reset", data={"email": "nobody@example.org"})
    assert seen == [False, False, False]
