"""The words of LMTP. RFC 2033."""

import io

import pytest

from forum.inbound.arriving import Full, NotNow
from forum.inbound.lmtp import Desk, Session
from forum.inbound.models import ReceivedMail


class Keeper:
    """A desk that knows two addresses and keeps what it is given."""

    def __init__(self):
        self.kept = []
        self.troubles = []

    def knows(self, sender, recipient):
        if recipient == "broken@r":
            raise OSError("the database is away")
        return recipient in ("a@r", "b@r", "full@r", "stuffed@r", "away@r")

    def keep(self, mail, sender, recipient):
        if recipient == "full@r":
            raise NotNow("later")
        if recipient == "stuffed@r":
            raise Full("later")
        if recipient == "away@r":
            raise OSError("the database is away")
        self.kept.append((mail, sender, recipient))

    def talk(self, said: bytes):
        answers = io.BytesIO()
        desk = Desk("reply.example.org", self.knows, self.keep, self.troubles.append)
        Session(desk, io.BytesIO(said), answers).talk()
        return [line.decode() for line in answers.getvalue().split(b"\r\n") if line]


@pytest.fixture
def keeper():
    return Keeper()


def codes(answers):
    return [line[:3] for line in answers if line[3] == " "]


HELLO = b"LHLO mx\r\nMAIL FROM:<s@x>\r\n"


def test_all_at_once_is_answered_in_order(keeper):
    said = HELLO + b"RCPT TO:<a@r>\r\nRCPT TO:<no@r>\r\nRCPT TO:<b@r>\r\nDATA\r\nHello\r\n..dot\r\n.\r\nQUIT\r\n"
    assert codes(keeper.talk(said)) == ["220", "250", "250", "250", "550", "250", "354", "250", "250", "221"]
    assert keeper.kept == [(b"Hello\r\n.dot\r\n", "s@x", "a@r"), (b"Hello\r\n.dot\r\n", "s@x", "b@r")]


def test_it_says_what_it_can(keeper):
    answers = keeper.talk(b"LHLO mx\r\nQUIT\r\n")
    for word in ("PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8", f"SIZE {ReceivedMail.LARGEST}"):
        assert any(line[4:] == word for line in answers)


def test_each_recipient_has_an_answer_of_their_own(keeper):
    said = HELLO + b"RCPT TO:<a@r>\r\nRCPT TO:<full@r>\r\nRCPT TO:<away@r>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n"
    assert codes(keeper.talk(said))[-4:] == ["250", "452", "451", "250"]
    assert [to for _, _, to in keeper.kept] == ["a@r"] and len(keeper.troubles) == 1


def test_too_much_of_one_sender_is_not_said_as_no_room_for_all(keeper):
    """RFC 3463: X.3.1 is a full mail system, X.4.5 congestion."""
    said = HELLO + b"RCPT TO:<full@r>\r\nRCPT TO:<stuffed@r>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n"
    assert [line[:9] for line in keeper.talk(said)[-3:-1]] == ["452 4.4.5", "452 4.3.1"]
    assert keeper.kept == []


def test_so_they_have_after_a_mail_that_is_too_large(keeper, monkeypatch):
    monkeypatch.setattr(ReceivedMail, "LARGEST", 1000)
    said = (
        HELLO + b"RCPT TO:<a@r>\r\nRCPT TO:<b@r>\r\nDATA\r\n" + b"x" * 600 + b"\r\n" + b"y" * 600 + b"\r\n.\r\nNOOP\r\n"
    )
    assert codes(keeper.talk(said))[-3:] == ["552", "552", "250"]
    assert keeper.kept == []
    assert codes(keeper.talk(b"LHLO x\r\nMAIL FROM:<s@x> SIZE=2000\r\n"))[-1] == "552"


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"])
def test_only_one_thing_ends_a_mail(keeper, end):
    """Whatever else seems to end it must not let a second mail be smuggled in."""
    inner = b"MAIL FROM:<forged@x>\r\nRCPT TO:<b@r>\r\nDATA\r\nforged\r\n"
    keeper.talk(HELLO + b"RCPT TO:<a@r>\r\nDATA\r\nHello" + end + inner + b"\r\n.\r\nQUIT\r\n")
    assert len(keeper.kept) == 1 and keeper.kept[0][1:] == ("s@x", "a@r") and b"forged" in keeper.kept[0][0]


def test_half_a_mail_is_no_mail(keeper):
    with pytest.raises(ConnectionError):
        keeper.talk(HELLO + b"RCPT TO:<a@r>\r\nDATA\r\nHello\r\n")
    assert keeper.kept == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"HELO mx\r\n", "500"),
        (b"EHLO mx\r\n", "500"),
        (b"MAIL FROM:<a@x>\r\n", "503"),
        (b"LHLO x\r\nRCPT TO:<a@r>\r\n", "503"),
        (b"LHLO x\r\nDATA\r\n", "503"),
        (b"LHLO x\r\nMAIL FROM: nobody\r\n", "501"),
        (b"LHLO x\r\nMAIL TO:<a@x>\r\n", "501"),
        (b"LHLO x\r\nMAIL FROM:<a@x> MAGIC=1\r\n", "555"),
        (b"LHLO x\r\nMAIL FROM:<>\r\n", "250"),
        (b'LHLO x\r\nMAIL FROM:<"a>b"@x> BODY=8BITMIME SMTPUTF8\r\n', "250"),
        ("LHLO x\r\nMAIL FROM:<josé@x>\r\n".encode(), "250"),
        (HELLO + b"MAIL FROM:<a@x>\r\n", "503"),
        (HELLO + b"RCPT TO:<broken@r>\r\n", "451"),
        (HELLO + b"RCPT TO:<a@r>\r\nRSET\r\nDATA\r\n", "503"),
        (b"\xff\xfe\r\n", "500"),
        (b"\r\n", "500"),
        (b"VRFY a\r\n", "252"),
        (b"_forget\r\n", "500"),
        (b"x" * 5000 + b"\r\n", "500"),
        (b"WHAT\r\n" * 30, "421"),
        (HELLO + b"RCPT TO:<a@r>\r\n" * 101, "452"),
    ],
)
def test_what_is_wrong_is_said_and_goes_no_further(keeper, said, code):
    assert codes(keeper.talk(said))[-1] == code
    assert keeper.kept == []
