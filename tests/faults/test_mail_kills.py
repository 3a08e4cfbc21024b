"""kill -9 while mail is handed over, and a server that hangs up after the last word: nothing twice, nothing lost."""

from __future__ import annotations

import random

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from forum.app import create_app
from forum.kernel.db import begin_mode, db
from forum.kernel.mail import Delivery, Message, State, promise
from tests import servers
from tests.faults.killing import Victim, site_in
from tests.mail_server import DROP_AFTER, DROP_BEFORE, mail_server

pytestmark = [pytest.mark.slow, pytest.mark.long]

#: (recipients, kills)
SIZES = {"sqlite": (400, 50), "postgresql": (400, 50)}


@pytest.mark.parametrize("database", SIZES)
def test_kills_send_nothing_twice_and_lose_nothing(tmp_path, database, capsys):
    if database == "postgresql":
        with servers.postgres_database("mail_kills") as url:
            run(tmp_path, url, capsys, *SIZES[database])
    else:
        run(tmp_path, "", capsys, *SIZES[database])


def run(folder, url, capsys, recipients, kills):
    dice = random.Random(8)
    settings = site_in(folder, url)
    app = create_app(settings)
    with mail_server(log=folder / "mail.log") as (address, rules), app.app_context():
        rules.log.touch()
        upgrade()
        for number in range(recipients):
            to = f"member{number}@example.org"
            promise(Message(to=to, subject="News", text="Hello", key=f"digest-{number}"))
            rules.answers[to] = dice.choices([[], ["451 4.3.0 later"], [DROP_AFTER], [DROP_BEFORE]], (6, 2, 1, 1))[0]
        db.session.commit()
        victim = Victim("sending_site", (address, str(rules.log)), settings, longest=0.08, dice=dice)
        done = victim.killed(kills, is_open=open_mails, progress=lambda: len(rules.taken), seconds=600)
        times = rules.times_taken()
        lost = recipients - len(times)
        twice = sum(count - 1 for count in times.values())
        with capsys.disabled():
            print(f"\n{recipients} recipients, {done} kills, duplicates {twice}, losses {lost}")
        sent = db.session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == State.SENT))
        db.session.remove()
        db.engine.dispose()
    assert (done, twice, lost, sent) == (kills, 0, 0, recipients)


def open_mails() -> int:
    begin_mode.set("deferred")
    waiting = select(func.count()).select_from(Delivery).where(Delivery.state.in_((State.QUEUED, State.SENDING)))
    found = db.session.scalar(waiting) or 0
    db.session.rollback()
    return found
