"""Mail is promised in the transaction and handed over by the worker."""

from email import policy
from email.parser import BytesParser

import pytest

from forum.kernel import jobs, mail
from forum.kernel.db import db
from forum.kernel.mail import Maildir, Message, Office, Sender

SENDER = Sender("Forum", "forum@example.org")


@pytest.fixture
def maildir(tmp_path):
    return Maildir(tmp_path)


def put(maildir, message):
    mail = SENDER.bytes_of(message)
    maildir.hand_over(mail, sender=SENDER.address, recipient=message.to, key=message.key, promised=lambda: True)


@pytest.fixture
def posted(app, maildir):
    kept, app.extensions["forum.mail"] = app.extensions["forum.mail"], Office(SENDER, maildir)
    yield maildir
    app.extensions["forum.mail"] = kept


def test_a_promised_mail_is_sent_by_the_worker_after_the_commit(posted):
    mail.promise(Message(to="ana@example.org", subject="Welcome", text="Hello Ana"))
    assert list(posted.newest()) == []
    db.session.commit()
    jobs.drain()
    [(_name, sent)] = posted.newest()
    assert (sent["To"], sent["Subject"], sent.get_content()) == ("ana@example.org", "Welcome", "Hello Ana\n")


def test_a_mail_promised_in_a_transaction_that_fails_is_never_sent(posted):
    mail.promise(Message(to="ana@example.org", subject="Welcome", text="Hello Ana"))
    db.session.rollback()
    jobs.drain()
    assert list(posted.newest()) == []


def test_the_same_mail_sent_twice_keeps_its_message_id_and_its_place(maildir):
    message = Message(to="ana@example.org", subject="Welcome", text="Hello", key="welcome-1")
    put(maildir, message)
    put(maildir, message)
    [(_name, sent)] = maildir.newest()
    assert sent["Message-ID"] == "<welcome-1@example.org>"


@pytest.mark.parametrize("nasty", ["Hi\r\nBcc: all@example.org", "Hi\nBcc: all@example.org", "Hi\x0b\x00there"])
def test_a_subject_cannot_bring_headers_of_its_own(nasty):
    made = SENDER.bytes_of(Message(to="ana@example.org", subject=nasty, text="x"))
    read = BytesParser(policy=policy.default).parsebytes(made)
    assert read["Bcc"] is None and "\n" not in read["Subject"]


def test_words_in_any_script_arrive_whole(maildir):
    put(maildir, Message(to="y@example.org", subject="مرحبا بك في المنتدى", text="أهلاً وسهلاً", language="ar"))
    [(name, sent)] = maildir.newest()
    assert sent["Subject"] == "مرحبا بك في المنتدى" and sent.get_content().strip() == "أهلاً وسهلاً"
    assert sent["Content-Language"] == "ar"
    assert maildir.read(name)["Subject"] == sent["Subject"]


def test_a_name_that_leads_out_of_the_folder_finds_nothing(maildir, tmp_path):
    put(maildir, Message(to="a@example.org", subject="s", text="t"))
    assert maildir.read("../../etc/passwd") is None
