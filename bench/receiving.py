"""What receiving mail costs, alone: `python -m bench --receiving 1000`.

Answers of invented members to posts of an invented site, with what they quote, come in by LMTP over a few connections, as a mail
server brings them; then one worker reads and settles them, each in a fork of the reading process, until all are posts.
"""

from __future__ import annotations

import argparse
import os
import resource
import smtplib
import threading
import time
from collections import Counter
from itertools import islice, product

from sqlalchemy import func, select, text

from bench import processes
from bench.servers import free_port
from bench.site import Site, Size
from forum.app import create_app
from forum.inbound.lane import READER, read_what_came
from forum.inbound.listening import Door
from forum.inbound.models import ReceivedMail
from forum.kernel.db import begin_mode, db
from forum.notifications.tokens import Purpose, Token

SIZE = Size(groups=10, threads=500, posts=5_000, members=2_000, resources=0, hot_thread=50)
CONNECTIONS = 4
QUOTED = "\r\n".join(f"> Line {number} of what is answered, as mail programs quote it." for number in range(30))
AUTH = "mx.example.org"
SETTINGS = {"FORUM_REPLY_DOMAIN": "reply.example.org", "FORUM_MAIL_AUTH_HOST": AUTH, "FORUM_CHECK_LINKS": "no"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--receiving", type=int, default=0, metavar="N", help="measure only N mails that come in")


def measure(options: argparse.Namespace) -> None:
    """Bring N mails, then settle them; print both rates and what a mail costs in CPU time."""
    site = Site(options.folder / f"receiving-{SIZE.name}{'-pg' if options.database else ''}", options.database)
    site.prepare(SIZE, index=False)
    os.environ.update({**site.environment, **SETTINGS})
    app = create_app()
    with app.app_context():
        mails = _answers(options.receiving)
        before, begun = _cpu(), time.monotonic()
        door = Door(app, "127.0.0.1", free_port())
        threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.1}).start()
        _bring(mails, door.server_address[1])
        door.close()
        _say("kept (mail server and forum in one process)", len(mails), begun, before)
        before, begun, tried = _cpu(), time.monotonic(), 0
        while count := read_what_came(1000, lambda: False):
            tried += count
        READER.close()  # what its process used is counted once it has ended
        _say("read and settled", tried, begun, before)
        begin_mode.set("deferred")
        fates = select(ReceivedMail.fate, func.count()).group_by(ReceivedMail.fate)
        print("All mails of this site:", ", ".join(f"{count} {fate}" for fate, count in db.session.execute(fates)))
        print(f"Memory of one process that does both: {processes.megabytes({os.getpid()}):.0f} MB (PSS).")
        db.session.remove()


def _answers(count: int) -> list[tuple[str, str, bytes]]:
    """(from, to, mail): members answer in public threads of their own groups, one by one so that no limit holds."""
    begin_mode.set("deferred")
    run = time.time_ns()  # not the same mails as last time
    posts = dict(
        db.session.execute(
            text(
                "SELECT e.group_id, max(p.id) FROM thread t JOIN entry e ON e.id = t.id JOIN post p ON p.thread_id = t.id "
                "WHERE e.visibility = 'public' AND t.closed_at IS NULL GROUP BY e.group_id"
            )
        ).all()
    )
    belongs = text(
        "SELECT m.id, m.email, min(s.group_id) FROM membership s JOIN member m ON m.id = s.member_id "
        "WHERE s.joined_at IS NOT NULL GROUP BY m.id, m.email ORDER BY m.id"
    )
    members = [(id, email, posts[group]) for id, email, group in db.session.execute(belongs) if group in posts]
    made = []
    for number, (id, email, post) in islice(product(range(10), members), count):
        to = f"{Token(Purpose.ANSWER_POST, id, post)}@reply.example.org"
        head = (
            f"Authentication-Results: {AUTH}; dmarc=pass header.from={email.rpartition('@')[2]}",
            f"From: A member <{email}>",
            f"To: <{to}>",
            "Subject: Re: What is answered",
            f"Message-ID: <{run}.{number}.{id}@example.org>",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=b",
        )
        words = f"I agree, for the {number}th time, and here is why.\r\n\r\nOn Monday, somebody wrote:\r\n{QUOTED}\r\n"
        html = f"<p>I agree.</p><blockquote>{QUOTED}</blockquote>"
        parts = f"--b\r\nContent-Type: text/plain\r\n\r\n{words}\r\n--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n"
        made.append((email, to, ("\r\n".join(head) + "\r\n\r\n" + parts).encode()))
    db.session.rollback()
    return made


def _bring(mails: list[tuple[str, str, bytes]], port: int) -> None:
    answers: Counter[int] = Counter()

    def bring(mine: list[tuple[str, str, bytes]]) -> None:
        with smtplib.LMTP("127.0.0.1", port) as wire:
            wire.ehlo()
            for sender, to, raw in mine:
                wire.mail(sender)
                wire.rcpt(to)
                answers[wire.data(raw)[0]] += 1

    threads = [threading.Thread(target=bring, args=(mails[start::CONNECTIONS],)) for start in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if answers != {250: len(mails)}:
        raise RuntimeError(f"not every mail was kept: {dict(answers)}")


def _cpu() -> float:
    kinds = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in kinds)


def _say(what: str, mails: int, begun: float, before: float) -> None:
    seconds, cpu = time.monotonic() - begun, _cpu() - before
    print(f"{what}: {mails} mails, {mails / seconds:.0f} mails/s, {1000 * cpu / max(1, mails):.1f} ms CPU each")
