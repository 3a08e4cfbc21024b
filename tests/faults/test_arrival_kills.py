"""kill -9 between any two words of receiving: what was answered with 250 is there and settled once, however often it was sent."""

from __future__ import annotations

import random
import smtplib
import threading
import time
from collections import Counter

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from forum.app import create_app
from forum.inbound.models import Fate, ReceivedMail
from forum.kernel.db import begin_mode, db
from tests import servers
from tests.faults.killing import Victim, site_in

pytestmark = [pytest.mark.slow, pytest.mark.long]

#: (mails, kills)
SIZES = {"sqlite": (300, 25), "postgresql": (300, 25)}
TO = "a" * 26 + "@reply.example.org"


@pytest.mark.parametrize("database", SIZES)
def test_kills_lose_no_mail_and_settle_none_twice(tmp_path, database, capsys):
    if database == "postgresql":
        with servers.postgres_database("arrival_kills") as url:
            run(tmp_path, url, capsys, *SIZES[database])
    else:
        run(tmp_path, "", capsys, *SIZES[database])


class Postfix(threading.Thread):
    """Hands each mail over until it hears that it was kept, as a mail server does."""

    def __init__(self, port: int, mails: list[int], pace: float) -> None:
        super().__init__()
        self.port, self.waiting, self.pace = port, mails, pace
        self.tries = 0

    def run(self) -> None:
        while self.waiting:
            raw = f"From: bao@example.org\r\nSubject: {self.waiting[0]}\r\n\r\nI agree.\r\n".encode()
            self.tries += 1
            try:
                with smtplib.LMTP("127.0.0.1", self.port, timeout=10) as wire:
                    wire.ehlo()
                    wire.mail("bao@example.org")
                    wire.rcpt(TO)
                    if wire.data(raw)[0] == 250:
                        self.waiting.pop(0)
                        time.sleep(self.pace)
            except (OSError, smtplib.SMTPException):
                time.sleep(0.05)


def run(folder, url, capsys, mails, kills):
    dice = random.Random(7)
    settings = site_in(folder, url, reply_domain="reply.example.org")
    app = create_app(settings)
    port = servers.free_port()
    with app.app_context():
        upgrade()
        db.session.execute(text("CREATE TABLE mark (entry_id INTEGER NOT NULL)"))
        db.session.commit()
        senders = [Postfix(port, list(range(half, mails, 2)), pace=0.1) for half in (0, 1)]
        for sender in senders:
            sender.start()
        victim = Victim("receiving_site", (str(port),), settings, longest=0.3, dice=dice)
        done = victim.killed(
            kills,
            is_open=lambda: any(s.waiting for s in senders) or count(Fate.RECEIVED),
            progress=count,
            seconds=500,
        )
        for sender in senders:
            sender.waiting.clear()
            sender.join()
        marks = Counter(db.session.scalars(text("SELECT entry_id FROM mark")))
        settled, rows = count(Fate.DONE), count()
        db.session.remove()
        db.engine.dispose()
    tries, lost, twice = sum(s.tries for s in senders), mails - len(marks), sum(marks.values()) - len(marks)
    with capsys.disabled():
        print(f"\n{mails} mails, {tries} tries, {done} kills, settled twice {twice}, lost {lost}")
    assert (lost, twice, settled, rows, done) == (0, 0, mails, mails, kills)


def count(fate: Fate | None = None) -> int:
    begin_mode.set("deferred")
    wanted = select(func.count()).select_from(ReceivedMail)
    found = db.session.scalar(wanted.where(ReceivedMail.fate == fate) if fate else wanted) or 0
    db.session.rollback()
    return found
