"""What becomes of a mail that was read, as a sequence of questions; the first that has an answer decides."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import force_locale

from forum.accounts.models import Member, Standing
from forum.community.models import Group
from forum.inbound import recipients
from forum.inbound.addressing import Place, place_of
from forum.inbound.answers import answer, quoted, said_to
from forum.inbound.comparing import Sent
from forum.inbound.deeds import Done, open_by_mail, post_answer
from forum.inbound.digests import answer_lines
from forum.inbound.folding import Folded
from forum.inbound.holding import hold, say
from forum.inbound.identity import claimed_by, doubt_about
from forum.inbound.keeping import forget_words, keep_words
from forum.inbound.letters import Letter, Nature, Seal
from forum.inbound.models import Fate, MailQuestion, ReceivedMail, Why
from forum.inbound.operators import tell_operators
from forum.inbound.ordering import carry_out, stop, tell_what_stopped
from forum.inbound.orders import Order, first_word, order_in
from forum.inbound.refusals import Unfit
from forum.inbound.texts import title_of, told_apart, what_we_sent
from forum.inbound.words import why_not
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.i18n import _
from forum.kernel.mail.message import one_line
from forum.kernel.text import cleaned
from forum.notifications.models import Digest
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post

NOT_WRITTEN = {Nature.AUTOMATIC: Why.AUTO_REPLY, Nature.LIST: Why.LIST, Nature.OURS: Why.LOOP}
#: Addresses whose being wrong their member is told, if it is them who wrote.
TOLD = frozenset({Why.EXPIRED_ADDRESS})


def settle(received: ReceivedMail, letter: Letter) -> None:
    """Decide what becomes of a mail, and do it. Leaves `received` with its fate; commits nothing."""
    letter = replace(letter, text=cleaned(letter.text), subject=one_line(letter.subject))
    received.sender, received.subject = letter.sender[:320], letter.subject[:400]
    received.message_id = letter.message_id[:255]
    received.fate, received.why = _decided(received, letter)
    received.settled_at = clock.now()


def _decided(received: ReceivedMail, letter: Letter) -> tuple[Fate, Why]:
    if recipients.is_for_operators(received.envelope_to):
        tell_operators(received)
        return Fate.DONE, Why.NONE  # kept for them, whoever or whatever wrote it, and never answered
    place = place_of(received.envelope_to)
    if place.stops and letter.nature is not Nature.OURS:
        return _stopped(received, letter, place)
    if letter.nature in NOT_WRITTEN:
        return Fate.AUTOMATIC, NOT_WRITTEN[letter.nature]
    if place.why and place.why not in TOLD:
        return Fate.REFUSED, place.why  # nobody is told: whoever guesses addresses learns nothing
    if isinstance(place.thing, MailQuestion):
        return _answered(received, letter, place.thing)
    member = claimed_by(place, letter)
    if member is None:
        return Fate.REFUSED, Why.NOT_A_MEMBER
    received.member_id = member.id
    with force_locale(member.language):
        return _of_a_member(received, letter, place, member)


def _of_a_member(received: ReceivedMail, letter: Letter, place: Place, member: Member) -> tuple[Fate, Why]:
    folded = told_apart(letter.text, _sent_to(member, place))
    if isinstance(place.thing, Post):
        received.entry_id = place.thing.id
    doubt = doubt_about(received, letter, member)
    if doubt and (place.why or member.standing is not Standing.ADMITTED):
        return Fate.REFUSED, doubt
    if doubt:
        keep_words(received, folded.own, title=title_of(letter.subject, folded.own), about=place.thing, by=member)
        return hold(received, member, doubt)
    try:
        if place.why:
            raise Unfit(place.why)
        if member.standing is not Standing.ADMITTED:
            raise Unfit(Why.NOT_ALLOWED)
        _refuse_what_is_sealed(letter)
        fate, why = _done(received, letter, place, folded, member)
    except Unfit as unfit:
        return _refused(received, letter, place, folded, member, unfit)
    forget_words(received)
    return fate, why


def _refuse_what_is_sealed(letter: Letter) -> None:
    """Words that only their reader's key opens are none for us, and none of what a post could hold.

    Raises:
        Unfit: it brings nothing that can be read.
    """
    if letter.text.strip():
        return
    if Seal.ENCRYPTED in letter.trouble:
        raise Unfit(Why.ENCRYPTED)
    if Seal.WRAPPED in letter.trouble:
        raise Unfit(
            Why.NO_WORDS,
            _(
                "Its words are wrapped in a signature that is damaged. Send it again without a signature, or with one "
                "that leaves the text readable (“clear signed”)."
            ),
        )


def _done(received: ReceivedMail, letter: Letter, place: Place, folded: Folded, member: Member) -> tuple[Fate, Why]:
    """Carry out what the mail says.

    Raises:
        Unfit: it cannot be.
    """
    thing = place.thing
    assert thing is None or isinstance(thing, Post | Digest | Group)
    order = order_in(folded.own)
    if order and order not in (Order.YES, Order.NO):
        return carry_out(order, received, letter, thing, of=place.of, by=member)
    if isinstance(thing, Digest):
        return answer_lines(received, letter, thing, folded, by=member)
    if thing is None or place.of is not None:
        raise Unfit(Why.ONLY_ORDERS)
    if isinstance(thing, Group):
        made = open_by_mail(received, letter, thing, folded, by=member)
    else:
        made = post_answer(received, letter, thing.thread, folded, by=member)
    return _posted(received, letter, made, member)


def _posted(received: ReceivedMail, letter: Letter, made: Done, member: Member) -> tuple[Fate, Why]:
    if made.post is None:
        return Fate.REPEATED, Why.NONE
    received.entry_id = made.post.id
    if not made.refused:
        return Fate.POSTED, Why.NONE
    answer(
        received,
        "not_all",
        to=member,
        references=letter.references,
        left=[],
        files=made.refused,
        heard=[],
        quoted=quoted,
        count=1,
    )
    return Fate.POSTED, Why.FILE_REFUSED


def _refused(
    received: ReceivedMail, letter: Letter, place: Place, folded: Folded, member: Member, unfit: Unfit
) -> tuple[Fate, Why]:
    """Say what happened and what to do, with everything they wrote, so that no word is lost."""
    text = folded.own or letter.text
    keep_words(received, text, title=title_of(letter.subject, text), about=place.thing, by=member)
    answer(
        received,
        "refused",
        to=member,
        references=letter.references,
        sentence=why_not(unfit.why, unfit.sentence),
        text=quoted(text) if text.strip() else "",
        is_kept=bool(text.strip()) and member.standing is Standing.ADMITTED,
    )
    return Fate.REFUSED, unfit.why


def _stopped(received: ReceivedMail, letter: Letter, place: Place) -> tuple[Fate, Why]:
    """Mail to an address that stops mail, whatever it says: mail programs write there by themselves. RFC 2369 3.2."""
    assert place.member is not None
    assert place.token is not None
    received.member_id = place.member.id
    stop(place.token, received, by=place.member)
    sure = doubt_about(received, letter, place.member) is Why.NONE and letter.nature is Nature.WRITTEN
    if sure and place.member.standing is Standing.ADMITTED:
        tell_what_stopped(place.token, received, letter, by=place.member)
    return Fate.DONE, Why.NONE


def _answered(received: ReceivedMail, letter: Letter, question: MailQuestion) -> tuple[Fate, Why]:
    """YES or NO to "was this you?". The address went to nobody but the member, so whoever has it is believed."""
    received.member_id = question.member_id
    word = first_word(letter.text)
    if word not in (Order.YES, Order.NO):
        if (asked := db.session.get(Member, question.member_id)) is not None:
            answer(
                received,
                "yes_or_no",
                to=asked,
                references=letter.references,
                part=f"yes_or_no-{question.id}",
                at=Token(Purpose.SURE, asked.id, question.id),
            )
        return Fate.REFUSED, Why.NO_WORDS
    say(question, was_theirs=word is Order.YES)
    return Fate.DONE, Why.NONE


def _sent_to(member: Member, place: Place) -> Sent | None:
    """What the mail answers, to compare with."""
    if place.of is not None:
        return what_we_sent(*said_to(place.of))
    if isinstance(place.thing, Post):
        return what_we_sent(f"post-{place.thing.id}-{member.id}")
    if isinstance(place.thing, Digest):
        return what_we_sent(place.thing.key)
    return Sent()
