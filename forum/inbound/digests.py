"""Several answers in one mail to a digest: each goes where its number says, and what does not fit is told back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.models import Member
from forum.entries.models import Visibility
from forum.entries.titles import titles_of
from forum.inbound.answers import answer, quoted
from forum.inbound.attaching import files_in
from forum.inbound.belonging import Stands
from forum.inbound.between import answered_between
from forum.inbound.deeds import Done, post_answer
from forum.inbound.folding import Folded
from forum.inbound.keeping import MOST_LINES, keep_line
from forum.inbound.letters import Letter
from forum.inbound.models import Fate, ReceivedMail, Why
from forum.inbound.numbered import Answered, numbered
from forum.inbound.ordering import OF_AN_ENTRY, come_in, hear
from forum.inbound.orders import Order, order_in
from forum.inbound.refusals import Unfit
from forum.inbound.texts import item_of
from forum.inbound.words import why_not
from forum.kernel.db import db
from forum.kernel.i18n import _
from forum.kernel.mail import Delivery
from forum.notifications.models import Digest, DigestItem
from forum.threads.models import Thread


@dataclass(frozen=True)
class Heard:
    """An order for one line that was carried out."""

    number: int
    order: Order
    title: str
    stands: Stands | None = None  # to the group of that name, where it was to join it


@dataclass(frozen=True)
class NotPosted:
    """A part of the mail that is told back.

    Args:
        number: of the line; 0 for what stands above the first number.
    """

    number: int
    text: str
    why: Why
    sentence: str


def answer_lines(
    received: ReceivedMail, letter: Letter, digest: Digest, folded: Folded, *, by: Member
) -> tuple[Fate, Why]:
    """Post each answer to the line it names; nothing of a mail is lost because another part does not fit.

    Raises:
        Unfit: there are no words in it.
    """
    parts = numbered(folded.own)
    if not parts.answers and not parts.before:
        raise Unfit(Why.NO_WORDS)
    sent = db.session.scalar(select(Delivery.text).where(Delivery.key == digest.key)) or ""
    if not parts.answers:
        parts = answered_between(folded.points, sent, [item.position for item in digest.items]) or parts
    left: list[NotPosted] = []
    done: list[Done] = []
    heard: dict[int, Heard] = {}  # of several orders for one line the last holds
    if parts.before:
        left.append(_above(parts.before))
        keep_line(received, 0, parts.before, why=left[0].why, sentence=left[0].sentence, about=None, by=by)
    for position, each in enumerate(parts.answers[:MOST_LINES]):
        try:
            made = _one(received, letter, digest, each, folded, sent, alone=len(parts.answers) == 1, at=position, by=by)
            if isinstance(made, Heard):
                heard[each.number] = made
            else:
                done.append(made)
        except Unfit as unfit:
            left.append(NotPosted(each.number, each.text, unfit.why, why_not(unfit.why, unfit.sentence)))
            _keep(received, digest, each, unfit, by=by)
    if rest := _all_of(parts.answers[MOST_LINES:]):
        left.append(NotPosted(0, rest, Why.TOO_MANY, why_not(Why.TOO_MANY)))
        keep_line(received, 0, rest, why=Why.TOO_MANY, sentence="", about=None, by=by)
    files = [refused for made in done for refused in made.refused]
    if files_in(letter.attachments) and len(parts.answers) > 1:
        files += [(file.name, str(_("A file can come with one answer only."))) for file in files_in(letter.attachments)]
    if left or files or heard:
        answer(
            received,
            "not_all" if left or files else "heard",
            to=by,
            references=letter.references,
            left=left,
            files=files,
            heard=heard.values(),
            quoted=quoted,
            count=sum(made.post is not None for made in done),
        )
    return _fate(received, done, bool(heard), left, bool(files))


def _all_of(answers: Sequence[Answered]) -> str:
    """More of them than anybody writes by hand, as one text: nobody else writes while each is looked at."""
    return "\n".join(f"{each.number}: {each.text}" for each in answers)


def _keep(received: ReceivedMail, digest: Digest, each: Answered, unfit: Unfit, *, by: Member) -> None:
    """The words of one part, for their author to post after all."""
    item = db.session.get(DigestItem, (digest.id, each.number))
    thread = item.entry if item is not None and isinstance(item.entry, Thread) else None
    sentence = "" if unfit.for_now else str(unfit.sentence)
    keep_line(received, each.number, each.text, why=unfit.why, sentence=sentence, about=thread, by=by)


def _one(
    received: ReceivedMail,
    letter: Letter,
    digest: Digest,
    each: Answered,
    folded: Folded,
    sent: str,
    *,
    alone: bool,
    at: int,
    by: Member,
) -> Done | Heard:
    """Do what one part says."""
    item = db.session.get(DigestItem, (digest.id, each.number))
    if item is None:
        raise Unfit(Why.NO_SUCH_ITEM)
    if not each.text:
        raise Unfit(Why.NO_WORDS)
    if (order := order_in(each.text)) in OF_AN_ENTRY and order is not None:
        hear(order, item.entry, received, by=by)
        return Heard(each.number, order, titles_of([item.entry_id])[item.entry_id].title)
    if order is Order.JOIN and isinstance(item.entry, Thread) and item.entry.group is not None:
        stands = come_in(item.entry.group, received, by=by)
        return Heard(each.number, order, item.entry.group.label(by.language), stands)
    if not isinstance(item.entry, Thread):
        raise Unfit(Why.NOT_ALLOWED, _not_a_thread(item.entry_id))
    _refuse_what_others_may_not_read(digest, item.entry, each.text)
    quoted_line = item_of(sent, each.number) if folded.quoted else ""
    part = Folded(each.text, quoted_line, folded.signature)
    return post_answer(received, letter, item.entry, part, by=by, with_files=alone, part=f"{each.number}.{at}")


def _refuse_what_others_may_not_read(digest: Digest, thread: Thread, text: str) -> None:
    """Where a mail program quoted the digest in a way we cannot tell from words, the names of private things stay out.

    Raises:
        Unfit: the answer names another line of the digest that is for the members of a group only.
    """
    ids = [
        item.entry_id
        for item in digest.items
        if item.entry.visibility is Visibility.GROUP and item.entry.group_id != thread.group_id
    ]
    said = " ".join(text.casefold().split())
    if any(" ".join(named.title.casefold().split()) in said for named in titles_of(ids).values()):
        raise Unfit(
            Why.NOT_ALLOWED,
            _("It names something of the digest that not everybody may read. Take out what your mail program quoted."),
        )


def _not_a_thread(entry_id: int) -> str:
    named = titles_of([entry_id]).get(entry_id)
    return str(
        _("“%(title)s” is no conversation. Start one about it on its page.", title=named.title if named else "–")
    )


def _above(text: str) -> NotPosted:
    sentence = _("Begin each answer with the number of its line and a colon, such as “3: I agree.”")
    return NotPosted(0, text, Why.NO_SUCH_ITEM, str(sentence))


def _fate(
    received: ReceivedMail, done: list[Done], heard: bool, left: list[NotPosted], files: bool
) -> tuple[Fate, Why]:
    posts = [made.post for made in done if made.post]
    why = left[0].why if left else Why.FILE_REFUSED if files else Why.NONE
    if posts:
        received.entry_id = posts[0].id
        return Fate.POSTED, why
    if heard:
        return Fate.DONE, why
    return (Fate.REFUSED, why) if left or not done else (Fate.REPEATED, why)
