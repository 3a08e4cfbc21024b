"""Hostile mail through the reading process and through the lane: words come out, and the worker goes on."""

import os
import signal
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.extraction.outcomes import Reason, Unreadable
from forum.inbound import lane
from forum.inbound.arriving import take_in
from forum.inbound.letters import Letter
from forum.inbound.models import Fate, ReceivedMail, Transport, Why
from forum.inbound.reader import Reader
from forum.inbound.reading.circumstances import Circumstances
from forum.kernel.db import db
from forum.notifications.tokens import Purpose, Token
from tests.hostile_mails import BOMBS, HOSTILE

HERE = Circumstances(
    envelope_from="bao@example.org",
    envelope_to="token@reply.example.org",
    our_address="forum@example.org",
    our_domain="reply.example.org",
    auth_host="mx.example.org",
)
GOOD = b"From: ana@example.org\r\n\r\nAll is well."


@pytest.fixture(scope="module")
def reading():
    one = Reader()
    yield one
    one.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_the_words_of_a_malformed_mail_come_out(reading, name):
    letter = reading.read(HOSTILE[name], HERE)
    assert "WORDS" in letter.text
    assert not any(sign in f"{letter.subject}{letter.sender_name}" for sign in "\r\n\0")
    assert all("/" not in each.name and each.name == each.name.strip(". ") for each in letter.attachments)
    assert "root:" not in letter.text


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.slow
def test_a_bomb_harms_nobody(reading, name):
    begun = time.monotonic()
    try:
        assert isinstance(reading.read(BOMBS[name], HERE), Letter)
    except Unreadable as refused:
        assert refused.reason in (Reason.BOMB, Reason.TIME, Reason.MEMORY)  # noqa: PT017
    assert time.monotonic() - begun < 40
    assert reading.read(GOOD, HERE).text == "All is well."


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=3000),
    st.sampled_from(list(HOSTILE.values())),
    st.integers(0, 400),
    st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", b"Content-Type: text/html\r\n\r\n"]),
)  # fmt: skip
@pytest.mark.slow
def test_whatever_bytes_come_a_letter_comes_out(reading, noise, mail, at, before):
    if len(mail) < 10_000:
        assert isinstance(reading.read(mail[:at] + noise + mail[at:], HERE), Letter)
    assert isinstance(reading.read(before + noise, HERE), Letter)


def test_a_mail_that_takes_too_long_is_given_up(monkeypatch):
    slow = Reader(wall=1.0)
    try:
        slow.read(GOOD, HERE)
        os.kill(slow._child.pid, signal.SIGSTOP)
        with pytest.raises(Unreadable) as refused:
            slow.read(GOOD, HERE)
        assert refused.value.reason is Reason.TIME
        assert slow.read(GOOD, HERE).text == "All is well."
    finally:
        slow.close()


def test_a_reader_that_was_killed_is_replaced(reading):
    reading.read(GOOD, HERE)
    os.kill(reading._child.pid, signal.SIGKILL)
    assert reading.read(GOOD, HERE).text == "All is well."


def test_the_reader_gives_up_network_and_disk(reading):
    """As far as this machine lets it: what holds here for files that are read holds for mail."""
    from forum.extraction.reading import protections

    letter = reading.read(GOOD, HERE)
    assert letter.text
    if "files" in protections():
        opened = {
            os.readlink(f"/proc/{reading._child.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{reading._child.pid}/fd")
        }
        assert not any(path.startswith("/tmp") for path in opened)


@pytest.mark.slow
def test_every_hostile_mail_comes_to_an_end_in_the_lane(app, front_desk, cast):
    to = f"{Token(Purpose.ANSWER_POST, cast.bao.id, 1)}@reply.example.org"
    db.session.commit()
    for raw in [*HOSTILE.values(), *(each for each in BOMBS.values() if len(each) < 2**20)]:
        take_in(raw, transport=Transport.LMTP, envelope_from="bao@example.org", envelope_to=to)
    with app.app_context():
        while lane.read_what_came(100, lambda: False):
            pass
    db.session.rollback()
    rows = list(db.session.scalars(select(ReceivedMail)))
    assert len(rows) > 60
    assert {row.fate for row in rows} <= {Fate.REFUSED, Fate.HELD, Fate.AUTOMATIC, Fate.RETURNED, Fate.UNREADABLE}
    assert all(row.settled_at and row.leased_by is None for row in rows)
    unreadable = [row.why for row in rows if row.fate is Fate.UNREADABLE]
    assert len(unreadable) < 10 and set(unreadable) <= {Why.MALFORMED, Why.TOOK_TOO_LONG}
