"""From the mail we send to the answer in the thread: nothing in between is made up."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlalchemy import select, update

from forum.entries.models import Level
from forum.entries.operations import follow
from forum.inbound.arriving import take_in
from forum.inbound.lane import read_what_came
from forum.inbound.models import Fate, ReceivedMail, Transport, Why
from forum.kernel import clock, jobs
from forum.kernel.db import db
from forum.kernel.mail import Delivery
from forum.notifications.models import MailChoice
from forum.notifications.preparing import begin_telling, prepare_due
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations
from forum.threads.models import Post, PostQuote
from tests.unit.inbound.test_sealed import mail, signed, wrapper

GMAIL = "{own}\n\nOn Fri, May 3, 2024 at 10:02 AM Forum <forum@example.org> wrote:\n\n{marked}\n"
OUTLOOK = "{own}\n________________________________\nFrom: Forum <forum@example.org>\nSent: Friday, May 3, 2024 10:02 AM\nTo: Bao\nSubject: x\n\n{plain}\n"
IPHONE = "{own}\n\nSent from my iPhone\n\n> On 3 May 2024, at 10:02, Forum <forum@example.org> wrote:\n> \n{marked}\n"
PROGRAMS = {"gmail": GMAIL, "outlook": OUTLOOK, "iphone": IPHONE}
AS_IT_IS = "{own}"


def answered(told: Delivery, own: str, program: str, form: str = "plain") -> ReceivedMail:
    """Answer a mail of ours as this program would, and let the worker do its work."""
    marked = "\n".join(f"> {line}".rstrip() for line in told.text.split("\n"))
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Bao <bao@example.org>", told.extras["reply_to"], f"Re: {told.subject}"
    mail["Message-ID"] = "<answer@mail.example.org>"
    mail.set_content(PROGRAMS.get(program, AS_IT_IS).format(own=own, marked=marked, plain=told.text), subtype=form)
    id = take_in(
        mail.as_bytes(),
        transport=Transport.TRIED,
        envelope_from="bao@example.org",
        envelope_to=told.extras["reply_to"],
    )
    read_what_came(10, lambda: False)
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ReceivedMail, id)


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_to_a_post(front_desk, cast, program):
    follow(cast.thread, by=cast.bao, level=Level.EVERY_POST)
    post = operations.reply(cast.thread, body="We counted **litres** per child and day, in three places.", by=cast.ana)
    key = f"post-{post.id}-{cast.bao.id}"
    db.session.commit()
    jobs.drain(lanes=False)
    db.session.rollback()
    (told,) = db.session.scalars(select(Delivery).where(Delivery.key == key))
    received = answered(told, "With a bucket.\n\nAnd a watch.", program)
    assert received.fate is Fate.POSTED
    made = db.session.get_one(Post, received.entry_id)
    assert made.body == "With a bucket.\n\nAnd a watch."
    quote = db.session.get_one(PostQuote, made.id).text
    assert "litres" in quote
    for key in ("unsubscribe/", "/u/"):
        assert all(word.partition(key)[2] in ("", "…") for word in quote.split() if key in word)


def told_of_threads(cast) -> tuple[Delivery, int]:
    """A digest for Bao with three threads, and the one called "Title 1"."""
    begin_telling(now=clock.now())
    yesterday = clock.now() - timedelta(days=1)
    db.session.execute(update(MailChoice).values(told_until=yesterday, next_at=clock.now() - timedelta(minutes=1)))
    threads = [
        operations.open_thread(cast.andes_group, title=f"Title {n}", body=f"Body {n} of it.", by=cast.ana)
        for n in range(3)
    ]
    wanted = threads[1].id
    db.session.commit()
    prepare_due(100)
    db.session.rollback()
    (told,) = db.session.scalars(
        select(Delivery).where(Delivery.kind == "digest", Delivery.recipient == "bao@example.org")
    )
    return told, wanted


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_to_a_line_of_the_digest(front_desk, cast, program):
    told, wanted = told_of_threads(cast)
    number = next(line for line in told.text.split("\n") if line.endswith("Title 1")).partition(".")[0]
    received = answered(told, f"{number}: We have figures.", program)
    assert received.fate is Fate.POSTED
    made = db.session.get_one(Post, received.entry_id)
    assert (made.thread_id, made.body) == (wanted, "We have figures.")
    quote = db.session.get_one(PostQuote, made.id).text
    assert "Title 1" in quote and "Title 2" not in quote and "unsubscribe" not in quote


@pytest.mark.parametrize("form", ["plain", "html"])
def test_words_below_a_line_of_the_quoted_digest(front_desk, cast, form):
    told, wanted = told_of_threads(cast)
    if form == "plain":
        lines = [f"> {line}".rstrip() for line in told.text.split("\n")]
        at = next(n for n, line in enumerate(lines) if line.endswith(f"/threads/{wanted}"))
        words = "\n".join([*lines[: at + 1], "", "We have figures.", "", *lines[at + 1 :]])
    else:
        before, item, after = re.split(
            rf"(<li>\d+\. <a href=\"[^\"]*/threads/{wanted}\".*?</li>)", told.html, flags=re.DOTALL
        )
        words = (
            f"<blockquote>{before}{item}</ol></blockquote><p>We have figures.</p><blockquote><ol>{after}</blockquote>"
        )
    received = answered(told, words, "as it is", form=form)
    assert (received.fate, received.why) == (Fate.POSTED, Why.NONE)
    made = db.session.get_one(Post, received.entry_id)
    assert (made.thread_id, made.body) == (wanted, "We have figures.")
    quote = db.session.get_one(PostQuote, made.id).text
    assert "Title 1" in quote and "Title 2" not in quote and "unsubscribe" not in quote


def test_an_answer_within_its_signature(front_desk, cast):
    """As Outlook sends it where it is told not to sign in clear: read in the limited process, folded, posted."""
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    to = f"{Token(Purpose.ANSWER_POST, cast.bao.id, post.id)}@reply.example.org"
    db.session.commit()
    said = b"Content-Type: text/plain; charset=utf-8\r\n\r\nWith a bucket.\r\n\r\nOn Fri, May 3, 2024 at 10:02 AM Ana <ana@example.org> wrote:\r\n> How do you measure?\r\n"
    take_in(
        mail(wrapper(said, pieces=40, indefinite=True)).replace(b"ana@", b"bao@"),
        transport=Transport.TRIED,
        envelope_from="bao@example.org",
        envelope_to=to,
    )
    read_what_came(10, lambda: False)
    db.session.rollback()
    received = db.session.scalars(select(ReceivedMail)).one()
    assert received.fate is Fate.POSTED
    assert db.session.get_one(Post, received.entry_id).body == "With a bucket."


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_in_a_clear_signature(front_desk, cast, program):
    """What was signed is all of it, with what it quotes; of the signature nothing is posted, and nothing folded."""
    follow(cast.thread, by=cast.bao, level=Level.EVERY_POST)
    post = operations.reply(cast.thread, body="We counted litres per child and day.", by=cast.ana)
    key = f"post-{post.id}-{cast.bao.id}"
    db.session.commit()
    jobs.drain(lanes=False)
    db.session.rollback()
    (told,) = db.session.scalars(select(Delivery).where(Delivery.key == key))
    marked = "\n".join(f"> {line}".rstrip() for line in told.text.split("\n"))
    text = PROGRAMS[program].format(own="With a bucket.\n\n- and a watch\n- and a book", marked=marked, plain=told.text)
    received = answered(told, signed(text), "as it is")
    assert received.fate is Fate.POSTED
    made = db.session.get_one(Post, received.entry_id)
    assert made.body == "With a bucket.\n\n- and a watch\n- and a book"
    quote = db.session.get_one(PostQuote, made.id).text
    assert "litres" in quote and "PGP" not in quote and "iQEz" not in quote


def test_an_order_in_a_clear_signature(front_desk, cast):
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    token = Token(Purpose.ANSWER_POST, cast.bao.id, post.id)
    told = Delivery(text="", subject="x", extras={"reply_to": f"{token}@reply.example.org"})
    db.session.commit()
    assert answered(told, signed("MUTE\n\n-- \nBao"), "as it is").fate is Fate.DONE
