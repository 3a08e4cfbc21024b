"""How many statements a page costs: few, the same however much it shows, and none that writes.

Pages are counted as they are made. Sent again from what is kept, a visitor's cost the one statement that asks for the
edition (see tests/http/web/test_kept_pages.py), which is not counted here, and a member's few (test_shared_pages.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from forum.inbound.models import Fate, MailLine, MailWords, ReceivedMail, Transport, Why
from forum.kernel.db import db, save
from tests import make

HOT = {
    "home": "/",
    "group": "/groups/andes",
    "thread": "/threads/{thread}",
    "threads": "/threads",
    "recommendations": "/recommendations",
}
OTHERS = {
    "groups": "/groups",
    "regions": "/regions",
    "region": "/regions/andes",
    "themes": "/themes",
    "theme": "/themes/diversion",
    "meetings": "/meetings",
    "congresses": "/congresses",
    "library": "/library",
    "members of a group": "/groups/andes/members",
    "feed of threads": "/feeds/threads.atom",
}
FOR_A_VISITOR, FOR_A_MEMBER, ANYWHERE = 3, 6, 12

Count = Callable[[FlaskClient, str], list[str]]


@pytest.fixture
def statements_of(app: Flask, cast: SimpleNamespace) -> Iterator[Count]:
    """Ask for a page and return the statements it took, once the process has warmed up."""
    seen: list[str] = []
    thread = cast.thread.id

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if not sql.startswith(("BEGIN", "SELECT edition.")):
            seen.append(sql)

    def ask(client: FlaskClient, path: str) -> list[str]:
        for _warm in (False, True):
            app.extensions["forum.pages"].clear()
            app.extensions["forum.member_pages"].clear()
            seen.clear()
            answer = client.get(path.format(thread=thread))
            assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        return list(seen)

    event.listen(db.engine, "before_cursor_execute", note)
    yield ask
    event.remove(db.engine, "before_cursor_execute", note)


def more_of_everything(cast: SimpleNamespace) -> None:
    """Twice as many rows, and more, for every list."""
    for n in range(12):
        who = make.member()
        make.membership(who, cast.andes_group)
        thread = make.thread(who, cast.andes_group, title=f"Thread {n}")
        thread.regions.append(cast.andes)
        thread.themes.extend((cast.diversion, cast.detention))
        make.post(cast.thread, by=who)
        make.group(region_id=cast.andes.id)
    db.session.commit()


@pytest.mark.parametrize("path", HOT.values(), ids=HOT.keys())
def test_a_hot_page_costs_a_visitor_three_statements(
    as_: Callable[..., FlaskClient], statements_of: Count, path: str
) -> None:
    found = statements_of(as_(None), path)
    assert len(found) <= FOR_A_VISITOR, "\n\n".join(found)


@pytest.mark.parametrize("path", HOT.values(), ids=HOT.keys())
def test_a_hot_page_costs_a_member_six_statements(
    as_: Callable[..., FlaskClient], cast: SimpleNamespace, statements_of: Count, path: str
) -> None:
    found = statements_of(as_(cast.bao), path)
    assert len(found) <= FOR_A_MEMBER, "\n\n".join(found)


@pytest.mark.parametrize("path", OTHERS.values(), ids=OTHERS.keys())
def test_no_page_costs_more_than_twelve(
    as_: Callable[..., FlaskClient], cast: SimpleNamespace, statements_of: Count, path: str
) -> None:
    for who in (None, cast.bao):
        found = statements_of(as_(who), path)
        assert len(found) <= ANYWHERE, "\n\n".join(found)


@pytest.mark.parametrize("path", {**HOT, **OTHERS}.values(), ids={**HOT, **OTHERS}.keys())
def test_a_page_costs_the_same_however_much_it_shows_and_writes_nothing(
    as_: Callable[..., FlaskClient], cast: SimpleNamespace, statements_of: Count, path: str
) -> None:
    readers = [as_(None), as_(cast.bao)]
    more_of_everything(cast)
    few = [statements_of(client, path) for client in readers]
    more_of_everything(cast)
    many = [statements_of(client, path) for client in readers]
    assert [len(found) for found in few] == [len(found) for found in many]
    for found in (*few, *many):
        assert all(sql.lstrip().startswith(("SELECT", "WITH")) for sql in found), found


def test_received_mail_costs_the_same_however_many_lines_of_it_are_kept(
    as_: Callable[..., FlaskClient], cast: SimpleNamespace, statements_of: Count
) -> None:
    found = []
    for _more in range(2):
        for n in range(4):
            thread = make.thread(cast.ana, cast.andes_group, title=f"Thread {n}")
            mail = {
                "fate": Fate.REFUSED,
                "why": Why.NOT_ALLOWED,
                "envelope_to": "x@reply.example.org",
                "digest": f"{thread.id}",
            }
            mail |= {"transport": Transport.LMTP, "raw": b"", "size": 0, "member_id": cast.bao.id}
            kept = {"member_id": cast.bao.id, "text": "Words.", "place": f"thread:{thread.id}"}
            received = save(ReceivedMail(**mail))
            save(MailWords(received_id=received.id, title="", **kept))
            save(MailLine(received_id=received.id, position=1, number=1, why=Why.NOT_ALLOWED, **kept))
        db.session.commit()
        found.append(statements_of(as_(cast.bao), "/me/mail/received"))
    assert len(found[0]) == len(found[1]) <= ANYWHERE, "\n\n".join(found[1])
