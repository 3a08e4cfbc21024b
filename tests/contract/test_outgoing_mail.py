"""The port by which mail leaves: whatever adapter is chosen, what it says can be relied on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from forum.kernel.mail import Maildir, Message, Outcome, Sender, Smtp
from forum.kernel.mail.adapters import is_logged
from tests.mail_server import logged, mail_server

SENDER = Sender("Forum", "forum@example.org")
SHARED = "post-12@example.org"


@pytest.fixture(params=["maildir", "smtp", "smtp with a log"])
def way_out(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "maildir":
        yield SimpleNamespace(outgoing=Maildir(tmp_path), knows=False)
        return
    with mail_server(log=tmp_path / "mail.log") as (url, _rules):
        knows = request.param == "smtp with a log"
        outgoing = Smtp(url, tmp_path / "mail.log" if knows else None)
        yield SimpleNamespace(outgoing=outgoing, knows=knows)
        outgoing.close()


def hand_over(outgoing: Any, to: str, *, promised: bool = True) -> Any:
    mail = SENDER.bytes_of(Message(to=to, subject="News", text="Hello", key=f"post-12-{to}", message_id=SHARED))
    sender, key = f"b-{to.partition('@')[0]}@reply.example.org", f"post-12-{to}"
    return outgoing.hand_over(mail, sender=sender, recipient=to, key=key, promised=lambda: promised)


def test_what_is_handed_over_is_accepted(way_out: Any) -> None:
    assert hand_over(way_out.outgoing, "ana@example.org").outcome is Outcome.ACCEPTED


def test_what_is_not_promised_at_the_last_moment_is_not_accepted(way_out: Any) -> None:
    assert hand_over(way_out.outgoing, "ana@example.org", promised=False).outcome is not Outcome.ACCEPTED
    assert not way_out.outgoing.has(SHARED, sender="b-ana@reply.example.org", recipient="ana@example.org")


def test_of_two_copies_under_one_message_id_each_is_known_by_itself(way_out: Any) -> None:
    hand_over(way_out.outgoing, "ana@example.org")
    for own in ("b-{}@reply.example.org", ""):  # with a return address of its own, and without one
        found = [
            way_out.outgoing.has(SHARED, sender=own.format(who), recipient=f"{who}@example.org")
            for who in ("ana", "bao")
        ]
        if way_out.knows:
            assert found == [True, False]
        else:
            assert found == [None, None] or not any(found)


LOG = [
    *logged("4AB1", "<post-12@example.org>", "b-one@reply.example.org", "ana@example.org").splitlines(),
    *logged("4AB2", "<post-13@example.org>", "b-two@reply.example.org", "bao@example.org").splitlines(),
]


@pytest.mark.parametrize(
    ("message_id", "sender", "recipient", "taken"),
    [
        ("post-12@example.org", "", "ana@example.org", True),
        ("post-12@example.org", "", "ANA@example.org", True),
        ("post-12@example.org", "", "bao@example.org", False),
        ("post-13@example.org", "", "ana@example.org", False),
        ("post-12@example.org", "b-one@reply.example.org", "somewhere.else@example.org", True),
        ("post-12@example.org", "b-two@reply.example.org", "bao@example.org", False),
        ("post-1@example.org", "b-one@reply.example.org", "ana@example.org", False),
    ],
)
def test_a_postfix_log_tells_whose_copy_was_taken(message_id: str, sender: str, recipient: str, taken: bool) -> None:
    lines = [line.encode() for line in LOG]
    assert is_logged(lines, message_id, sender=sender, recipient=recipient) is taken


def test_before_its_first_try_a_mail_is_known_by_its_return_address() -> None:
    lines = [line.encode() for line in LOG if " to=<" not in line]
    assert is_logged(lines, "post-12@example.org", sender="b-one@reply.example.org", recipient="ana@example.org")
    assert not is_logged(lines, "post-12@example.org", sender="", recipient="ana@example.org")


def test_a_queue_id_that_is_used_again_names_the_new_mail() -> None:
    again = logged("4AB1", "<post-99@example.org>", "b-new@reply.example.org", "dora@example.org").splitlines()
    lines = [line.encode() for line in [LOG[0], *again]]
    assert not is_logged(lines, "post-12@example.org", sender="", recipient="dora@example.org")
    assert is_logged(lines, "post-99@example.org", sender="", recipient="dora@example.org")
