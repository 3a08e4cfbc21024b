"""Mail, measured in one process: how many mails a second leave one core, and what it costs to find out what is new.

`python -m bench --mail` measures this alone; `make bench` does at its end.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete, event, func, select, text, update

from forum.accounts.models import Member
from forum.app import create_app
from forum.community.models import Group, GroupKind, Membership
from forum.kernel.db import begin_mode, db
from forum.kernel.mail import Delivery, Message, Office, Sender, Signer, Smtp, promise
from forum.kernel.mail.sending import send_due
from forum.kernel.settings import Settings
from forum.notices.letters import Said, said_in
from forum.notices.letters import write as post_letter
from forum.notices.models import Reason
from forum.notices.recipients import Recipient
from forum.notifications import letters
from forum.notifications.lines import Line
from forum.notifications.models import Digest, DigestItem, MailChoice, Section
from forum.notifications.preparing import begin_telling, prepare_due
from forum.notifications.screening import BATCH
from forum.synth import plan
from forum.threads import operations as threads
from forum.threads.models import Post

BUDGET = 150  # mails a second on one core
MAILS = 400
WORDS = (
    "We measured how long children wait for a first hearing in two districts, and it was eleven days where a duty "
    "lawyer sat in the same building. The forms we used are short; anybody may take them. "
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mail", action="store_true", help="measure mail instead of pages")
    parser.add_argument("--mail-members", type=int, default=150_000, help="members of the site digests are chosen on")
    parser.add_argument("--mail-groups", type=int, default=2_000, help="groups of that site")
    parser.add_argument("--mail-sample", type=int, default=0, help="look at so many members only; 0 for all")


def measure(options: argparse.Namespace) -> None:
    """Measure and print."""
    sending()
    selection(options)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextmanager
def sink() -> Iterator[str]:
    """smtp:// address of a server in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port)])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


# --- from words to the next mail server ---
SAID: list[Said] = []  # what all mails of a post have in common is gathered once


def post(member: Member, number: int) -> Message:
    """A post as it is told at once, in both parts."""
    said = said_in(db.session.scalars(select(Post)).one()) if number == 0 else SAID[0]
    SAID[:] = [said]
    whom = Recipient(member.id, member.name, member.email, "en", "Africa/Lagos", Reason.GROUP, True, False, False)
    return replace(post_letter(said, whom), key=f"post-{number}-{member.id}-{time.monotonic_ns()}")


def text_of_a_post(member: Member, number: int) -> Message:
    """The same without its HTML."""
    return replace(post(member, number), html="")


def digest(member: Member, number: int) -> Message:
    """Thirty lines, rendered from the templates, in both parts."""
    lines = [
        Line(n, n, section, f"Thread {n} – the first hearing", "en", f"/threads/{n}", "you are in “Andes”", "3 posts", WORDS[:140])
        for n, section in enumerate(10 * [Section.REPLIES, Section.THREADS, Section.RESOURCES], 1)
    ]  # fmt: skip
    key = f"digest-{member.id}-{number}-{time.monotonic_ns()}"
    return letters.write(member, lines, day=date(2026, 3, 29), left_out=12, discreet=False, key=key)


def sending() -> None:
    """Rendered, promised, composed, signed, handed over and recorded: mails a second for each kind."""
    print(
        "\n| mail | rendered and promised, ms of CPU | composed, signed, handed over | mails/s on one core | budget |"
    )
    print("|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder, sink() as url:
        app = create_app(Settings(data_dir=folder, secret_key="only for measuring", reply_domain="reply.example.org"))
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        office = Office(
            Sender("Forum", "forum@example.org"), Smtp(url), Signer("example.org", "forum", key), "reply.example.org"
        )
        with app.app_context():
            upgrade()
            begin_mode.set("immediate")
            _add_a_community(MAILS)
        for name, write in {
            "post, text": text_of_a_post,
            "post, text and HTML": post,
            "digest of 30 lines": digest,
        }.items():
            report(name, *_sent(app, office, write))


def report(name: str, made: float, sent: float) -> None:
    rate = 1 / (made + sent)
    print(f"| {name} | {1e3 * made:.2f} | {1e3 * sent:.2f} | {rate:.0f} | {BUDGET}{'' if rate >= BUDGET else ' ✗'} |")


def _add_a_community(members: int) -> None:
    for number in range(members):
        values = {"name": f"Member {number}", "email": f"member{number}@example.org", "handle": f"member{number}"}
        now = plan.UNTIL
        db.session.add(
            Member(**values, confirmed_at=now, approved_at=now, adult_stated_at=now, charter_accepted_at=now)
        )
    made = Group(slug="andes", kind=GroupKind.WORKING, name="Andes", visibility="public", joining="open")
    db.session.add(made)
    db.session.flush()
    author = db.session.scalars(select(Member)).first()
    db.session.add(Membership(member_id=author.id, group_id=made.id, joined_at=plan.UNTIL))
    db.session.flush()
    threads.open_thread(made, title="How long do children wait for a first hearing?", body=WORDS * 4, by=author)
    db.session.commit()


def _sent(app: Flask, office: Office, write: Callable[[Member, int], Message]) -> tuple[float, float]:
    """(CPU to render and promise one, CPU to hand one over), in seconds."""
    with app.app_context():
        begin_mode.set("immediate")
        members = db.session.scalars(select(Member)).all()
        promise(write(members[0], 0))  # what is compiled once
        db.session.execute(delete(Delivery))
        begun = cpu()
        for number, member in enumerate(members):
            promise(write(member, number))
        db.session.commit()
        made = cpu() - begun
    with app.app_context():
        begun = cpu()
        handed = send_due(office, limit=MAILS * 2)
        used = cpu() - begun
    if handed != MAILS:
        raise RuntimeError(f"{handed} mails were handed over instead of {MAILS}")
    return made / MAILS, used / MAILS


# --- who is told what ---


def selection(options: argparse.Namespace) -> None:
    """What a night costs: everybody is due at once, and is told or passed over."""
    folder = options.folder / f"mail-{options.mail_members}-{options.mail_groups}{'-pg' if options.database else ''}"
    app = create_app(Settings(data_dir=str(folder), secret_key="only for measuring", database_url=options.database))
    if not (folder / "ready").exists():
        _make(folder, options)
    with app.app_context():
        begin_mode.set("immediate")
        members = db.session.scalar(select(func.count()).select_from(Member)) or 0
        groups = db.session.scalar(select(func.count()).select_from(Group)) or 0
        now = plan.UNTIL
        for table in (DigestItem, Digest, Delivery, MailChoice):
            db.session.execute(delete(table))
        begin_telling(now=now)
        db.session.execute(update(MailChoice).values(told_until=now - timedelta(days=1), next_at=now))
        db.session.commit()
        counted = _counting()
        rows, before = counted(), cpu()
        begun, tried = time.monotonic(), 0
        wanted = options.mail_sample or members
        while tried < wanted and (done := prepare_due(min(BATCH, wanted - tried), at=now)):
            tried += done
        taken, used = time.monotonic() - begun, cpu() - before
        read = counted() - rows
        told = db.session.scalar(select(func.count()).select_from(Digest)) or 0
        database = db.engine.dialect.name
    print(
        f"\n{members:,} members in {groups:,} groups on {database}, one day: {tried:,} looked at, {told:,} told something."
    )
    print(
        f"{taken:,.1f} s by the clock, {used:,.1f} s of our CPU, {read:,} {'rows read' if database == 'postgresql' else 'steps of its machine'};"
        + f" for each {1e3 * taken / tried:.2f} ms, {1e3 * used / tried:.2f} ms, {read / tried:,.0f}."
    )


def _counting() -> Callable[[], int]:
    """How much the database has read: rows on PostgreSQL, instructions of its virtual machine on SQLite."""
    if db.engine.dialect.name == "postgresql":
        read = text("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables")

        def rows() -> int:
            db.session.rollback()
            time.sleep(2)  # until what this process knows of its reading is written down
            db.session.execute(text("SELECT pg_stat_clear_snapshot()"))
            found = int(db.session.execute(read).scalar_one())
            db.session.rollback()
            return found

        return rows
    steps = [0]

    def more() -> int:
        steps[0] += 1000
        return 0

    @event.listens_for(db.engine, "checkout")
    def watch(connection: Any, *_: object) -> None:
        connection.set_progress_handler(more, 1000)

    return lambda: steps[0]


def _make(folder: Path, options: argparse.Namespace) -> None:
    environment = {"FORUM_DATA_DIR": str(folder), "FORUM_DATABASE_URL": options.database}
    size = ("--threads", "20000", "--posts", "100000", "--hot-thread", "2000")
    for arguments in (
        ("init",),
        ("synth", "--members", str(options.mail_members), "--groups", str(options.mail_groups), *size),
    ):
        subprocess.run(
            [sys.executable, "-m", "forum.cli", *arguments], env={**_environment(), **environment}, check=True
        )
    (folder / "ready").touch()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("FORUM_")}
