"""What Flask-Security says is said in our words, in the reader's language."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask_security.confirmable import generate_confirmation_token
from flask_security.core import _default_messages
from flask_security.recoverable import generate_reset_password_token

from forum.accounts.wording import MESSAGES
from forum.kernel import clock
from forum.kernel.db import db
from tests import make

NAMES = re.compile(r"%\((\w+)\)")


def test_each_sentence_is_one_of_theirs_and_speaks_of_nothing_they_do_not_fill_in():
    for name, (ours, _looks) in MESSAGES.items():
        assert set(NAMES.findall(str(ours))) <= set(NAMES.findall(_default_messages[name][0])), name


def opened(client, path: str, language: str = "pt") -> str:
    return client.get(path, headers={"Accept-Language": language}, follow_redirects=True).text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/confirm/no-such-token", "Este link não funciona; talvez falte"),
        ("/reset/no-such-token", "Este link não funciona: já foi usado"),
        ("/me/settings/email", "Entre para ver esta página."),
        ("/sign-in/code", "O código vem depois da senha."),
    ],
)
def test_what_it_says_is_kind_and_in_the_readers_language(as_, path, says):
    page = opened(as_(None), path)
    assert says in page and "oken" not in page.partition("<main")[0]


@pytest.mark.parametrize("path", ["/confirm", "/reset"])
def test_its_forms_call_an_address_what_ours_call_it(as_, path):
    assert '<label for="email">E-mail</label>' in opened(as_(None), path)
    assert ">Adresse électronique</label>" in opened(as_(None), path, "fr")


def test_two_passwords_that_differ_are_told_of(cast, as_):
    answer = as_(cast.ana).post(
        "/me/settings/password",
        data={"password": "x", "new_password": "four sunny words", "new_password_confirm": "no"},
    )
    assert "The two are not the same" in answer.text and "The same password again" in answer.text


def test_a_link_that_is_too_old_says_so(cast, as_):
    newcomer = make.member("newcomer", confirmed_at=None)
    db.session.commit()
    with time_machine.travel(clock.now() - timedelta(days=30)):
        links = [
            f"/confirm/{generate_confirmation_token(newcomer)}",
            f"/reset/{generate_reset_password_token(cast.ana)}",
        ]
    for link in links:
        assert "This link is too old. Tell us your address" in opened(as_(None), link, "en")


def test_a_link_that_was_opened_before_leads_on_like_the_first_time(cast, as_):
    link = f"/confirm/{generate_confirmation_token(cast.bao)}"
    answer = as_(None).get(link)
    assert answer.status_code == 302 and answer.location == "/sign-in"
    assert "Your address is confirmed already." in opened(as_(None), link, "en")
