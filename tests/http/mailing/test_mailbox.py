"""/dev/mail: for trying things out, on this machine only."""

import pytest

from forum.kernel import mail
from forum.kernel.mail import Maildir, Message, Office, Sender, Smtp
from forum.kernel.settings import Settings
from forum.mailing.mailbox import is_offered, pieces


@pytest.fixture
def box(app, tmp_path):
    kept, app.extensions["forum.mail"] = (
        app.extensions["forum.mail"],
        Office(Sender("Forum", "f@x.org"), Maildir(tmp_path)),
    )
    yield app.extensions["forum.mail"]
    app.extensions["forum.mail"] = kept


def put(office, message):
    mail = office.sender.bytes_of(message)
    office.outgoing.hand_over(mail, sender="f@x.org", recipient=message.to, key=message.key, promised=lambda: True)


def test_an_empty_box_says_so(as_, box):
    assert "Nothing has been sent yet" in as_(None).get("/dev/mail").text


def test_mails_are_listed_newest_first_and_can_be_opened(as_, box):
    put(box, Message(to="a@x.org", subject="First", text="Hello", key="first"))
    put(box, Message(to="b@x.org", subject="Second <b>", text="See http://x.org/a?b=1&c=2 <script>", key="second"))
    page = as_(None).get("/dev/mail").text
    assert page.index("Second &lt;b&gt;") < page.index("First")
    mail = as_(None).get("/dev/mail/second").text
    assert '<a href="http://x.org/a?b=1&amp;c=2">' in mail and "<script>" not in mail.partition("<main")[2]
    assert "Message-ID" in mail


def test_a_mail_that_is_not_there_is_not_found(as_, box):
    assert as_(None).get("/dev/mail/nothing").status_code == 404
    assert as_(None).get("/dev/mail/..%2f..%2fetc%2fpasswd").status_code == 404


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}])
def test_what_comes_through_a_proxy_is_not_shown_the_box(as_, box, headers):
    assert as_(None).get("/dev/mail", headers=headers).status_code == 404


def test_another_machine_is_not_shown_the_box(as_, box):
    assert as_(None).get("/dev/mail", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({}, True),
        ({"base_url": "http://localhost:8000"}, True),
        ({"base_url": "https://forum.example.org"}, False),
        ({"mail_url": "smtp://localhost:25"}, False),
        ({"trusted_proxies": "1"}, False),
    ],
)
def test_the_box_is_offered_only_where_nobody_else_can_look(changes, offered):
    settings = Settings(**changes)
    assert is_offered(settings, mail.choose(settings).outgoing) is offered


def test_the_setting_chooses_the_way_out():
    assert isinstance(mail.choose(Settings(mail_url="smtps://u:p@mail.example.org")).outgoing, Smtp)
    assert isinstance(mail.choose(Settings()).outgoing, Maildir)


def test_a_text_is_cut_at_its_addresses():
    assert pieces("See https://x.org/a, now") == [("See ", False), ("https://x.org/a,", True), (" now", False)]
