"""kill -9 while mail is handed over, and a server that hangs up after the last word: nothing twice, nothing lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from forum.app import create_app
from forum.kernel.db import begin_mode, db
from forum.kernel.mail import Delivery, Message, State, promise
from forum.kernel.settings import Settings
from tests import servers
from tests.mail_server import DROP_AFTER, DROP_BEFORE, mail_server

pytestmark = pytest.mark.slow

#: (recipients, kills); each kill costs the start of a process
SIZES = {"sqlite": (400, 50), "postgresql": (120, 12)}
SECRET = "a secret that only tests know"


@pytest.mark.parametrize("database", SIZES)
def test_kills_send_nothing_twice_and_lose_nothing(tmp_path, database, capsys):
    if database == "postgresql":
        with servers.postgres_database("mail_kills") as url:
            run(tmp_path, url, capsys, *SIZES[database])
    else:
        run(tmp_path, "", capsys, *SIZES[database])


def run(folder, url, capsys, recipients, kills):
    dice = random.Random(8)
    app = create_app(Settings(data_dir=str(folder), secret_key=SECRET, database_url=url))
    with mail_server(log=folder / "mail.log") as (address, rules), app.app_context():
        rules.log.touch()
        upgrade()
        for number in range(recipients):
            to = f"member{number}@example.org"
            promise(Message(to=to, subject="News", text="Hello", key=f"digest-{number}"))
            rules.answers[to] = dice.choices([[], ["451 4.3.0 later"], [DROP_AFTER], [DROP_BEFORE]], (6, 2, 1, 1))[0]
        db.session.commit()
        command = [sys.executable, "-m", "tests.faults.sending_site", address, str(rules.log)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FORUM_")}
        environment |= {"FORUM_DATA_DIR": str(folder), "FORUM_SECRET_KEY": SECRET}
        if url:
            environment["FORUM_DATABASE_URL"] = url
        done = 0
        deadline = time.monotonic() + 600
        while open_mails() and time.monotonic() < deadline:
            process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            there = len(rules.taken)
            until = time.monotonic() + 20
            if done < kills:  # wait until it is at work, then a moment that nobody chose
                while len(rules.taken) == there and time.monotonic() < until and open_mails():
                    time.sleep(0.005)
                time.sleep(dice.random() * 0.08)
                done += 1
            else:
                while open_mails() and time.monotonic() < until:
                    time.sleep(0.1)
            process.kill()
            process.wait()
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
