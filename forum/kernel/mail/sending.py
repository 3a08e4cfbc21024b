"""Handing promised mail over: claim under a lease, ask once more whether it may go, say it, write down what came back.

The database is never held while somebody else's server thinks. Between claim and record three things can happen, and
none of them sends twice or loses a mail:

* The process dies before the last word was said: the lease runs out, another worker takes the mail.
* It dies after (`handed_at` is set): the mail may have arrived. Whoever takes over asks the mail server's log first,
  and only where that cannot tell says it again, under the same Message-ID.
* The process was only slow, and another one took over: its late record finds another fence, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import structlog
from sqlalchemy import CursorResult, func, or_, select, update

from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.kernel.jobs import dead_among, worker_name
from forum.kernel.mail.adapters import Answer, Outcome, Outgoing
from forum.kernel.mail.deliveries import Delivery, Reason, State, cancel, is_in_our_hands, pause_on
from forum.kernel.mail.dkim import Signer
from forum.kernel.mail.failures import pause_after, reason_of
from forum.kernel.mail.message import Sender

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 20
#: Between attempts; after the last one it is tried at this pace until GIVE_UP.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
GIVE_UP = timedelta(days=5)  # RFC 5321 4.5.4.1

#: Asked inside the claim for each mail; a reason stops it. Slices that know why a mail may not go add theirs.
Objection = Callable[[Delivery], Reason | None]
OBJECTIONS: list[Objection] = []


def objection(ask: Objection) -> Objection:
    """Register a question asked of every mail just before it goes."""
    OBJECTIONS.append(ask)
    return ask


@dataclass(frozen=True)
class Office:
    """What sending needs: who we are, where mail is handed over, how it is signed.

    Args:
        return_domain: where returned mail comes back to, for return addresses that name the mail (VERP); "" for none.
        rates: mails a minute by recipient's domain.
    """

    sender: Sender
    outgoing: Outgoing
    signer: Signer | None = None
    return_domain: str = ""
    rates: dict[str, int] | None = None

    def envelope(self, delivery: Delivery) -> str:
        return f"b-{delivery.envelope}@{self.return_domain}" if self.return_domain else self.sender.address

    def has(self, delivery: Delivery) -> bool | None:
        """Whether this very mail was taken earlier, whoever else had one of the same Message-ID; None: nobody knows."""
        message_id = self.sender.message_id(delivery.message())
        own = self.envelope(delivery) if self.return_domain else ""  # the same for all mails does not name one
        return self.outgoing.has(message_id, sender=own, recipient=delivery.recipient)

    def bytes_of(self, delivery: Delivery) -> bytes:
        mail = self.sender.bytes_of(delivery.message())
        return self.signer.signed(mail) if self.signer else mail


def send_due(office: Office, *, limit: int = 100, stopping: Callable[[], bool] = lambda: False) -> int:
    """Hand over what is due until nothing is left or `limit` were tried; returns how many were tried.

    Args:
        stopping: asked before each mail; once true, what was claimed and not begun is given back.
    """
    tried = 0
    while tried < limit and not stopping() and (claimed := _claim(min(BATCH, limit - tried), office.rates or {})):
        for position, (id, fence) in enumerate(claimed):
            if stopping():
                _give_back(claimed[position:])
                return tried
            _send(office, id, fence)
            tried += 1
    return tried


def _claim(limit: int, rates: dict[str, int]) -> list[tuple[int, int]]:
    """(id, fence) of mails that are ours for a while. It looks before it writes, as `jobs.claim` does."""
    now = clock.now()
    waiting = or_(
        Delivery.state == State.QUEUED,
        (Delivery.state == State.SENDING) & (Delivery.leased_until < now),
    )
    due = select(Delivery.id, Delivery.attempts).where(waiting, Delivery.due_at <= now)
    db.session.rollback()
    begin_mode.set("deferred")
    if full := _at_their_limit(rates):
        due = due.where(Delivery.domain.not_in(full))
    due = due.order_by(Delivery.due_at, Delivery.id).limit(limit)
    idle = db.session.execute(due.limit(1)).first() is None
    db.session.rollback()
    begin_mode.set("immediate")
    if idle:
        return []
    rows = db.session.execute(due.with_for_update(skip_locked=True)).all()
    db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in rows]))
        .values(
            state=State.SENDING,
            leased_by=worker_name(),
            leased_until=now + LEASE,
            attempts=Delivery.attempts + 1,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return [(row.id, row.attempts + 1) for row in rows]


def _at_their_limit(rates: dict[str, int]) -> list[str]:
    """Domains that had as many mails in the last minute as they like to get."""
    if not rates:
        return []
    since = clock.now() - timedelta(minutes=1)
    counted = db.session.execute(
        select(Delivery.domain, func.count())
        .where(Delivery.domain.in_(rates), Delivery.sent_at > since)
        .group_by(Delivery.domain)
    )
    return [domain for domain, count in counted if count >= rates[domain]]


def _send(office: Office, id: int, fence: int) -> None:
    """One mail from claim to record; whatever goes wrong with one must not stop the next."""
    try:
        begin_mode.set("deferred")
        delivery = db.session.get(Delivery, id)
        if delivery is None or not _is_ours(delivery, fence):
            return
        if reason := _objection_to(delivery):
            _record(id, fence, state=State.CANCELLED, reason=reason)
            return
        if delivery.handed_at is not None and office.has(delivery):
            _record(id, fence, state=State.SENT, sent_at=clock.now(), reason=Reason.NONE)
            return
        recipient, key, created_at = delivery.recipient, delivery.key, delivery.created_at
        mail, envelope = office.bytes_of(delivery), office.envelope(delivery)
        db.session.rollback()
        answer = office.outgoing.hand_over(
            mail,
            sender=envelope,
            recipient=recipient,
            key=key,
            promised=lambda: _record(id, fence, handed_at=clock.now(), state=State.SENDING),
        )
        _record_answer(id, fence, answer, age=clock.now() - created_at)
    except Exception as trouble:
        db.session.rollback()
        log.exception("mail could not be sent", delivery=id)
        _record(id, fence, state=State.HELD, reason=Reason.INTERNAL, response=repr(trouble)[:500])
    finally:
        db.session.remove()


def _is_ours(delivery: Delivery, fence: int) -> bool:
    return delivery.state is State.SENDING and delivery.attempts == fence and delivery.leased_by == worker_name()


def _objection_to(delivery: Delivery) -> Reason | None:
    if (pause := pause_on(delivery.recipient)) is not None and pause.stops(delivery.kind):
        return Reason.COMPLAINT if pause.reason is Reason.COMPLAINT else Reason.SUPPRESSED
    return next((reason for ask in OBJECTIONS if (reason := ask(delivery))), None)


def cancel_unwanted(member_id: int) -> int:
    """Cancel now, in the present transaction, what waits for a member and would be found unsubscribed when its turn comes;
    returns how many. For every deed by which somebody says that they want to hear less.
    """
    db.session.flush()
    waiting = select(Delivery).where(Delivery.member_id == member_id, is_in_our_hands())
    unwanted = [mail.id for mail in db.session.scalars(waiting) if _is_unsubscribed(mail)]
    return cancel(Delivery.id.in_(unwanted), reason=Reason.UNSUBSCRIBED) if unwanted else 0


def _is_unsubscribed(delivery: Delivery) -> bool:
    return any(ask(delivery) is Reason.UNSUBSCRIBED for ask in OBJECTIONS)


def _record(id: int, fence: int, **values: Any) -> bool:
    """Write down how far a mail is, if it is still ours; in a transaction of its own."""
    db.session.rollback()
    begin_mode.set("immediate")
    if values.get("state") is not State.SENDING:
        values |= {"leased_by": None, "leased_until": None}
    done = db.session.execute(
        update(Delivery)
        .where(
            Delivery.id == id,
            Delivery.attempts == fence,
            Delivery.leased_by == worker_name(),
            Delivery.state == State.SENDING,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return cast("CursorResult[Any]", done).rowcount == 1


def _record_answer(id: int, fence: int, answer: Answer, *, age: timedelta) -> None:
    said = {"response": answer.response}
    if answer.outcome is Outcome.ACCEPTED:
        _record(id, fence, state=State.SENT, sent_at=clock.now(), reason=Reason.NONE, **said)
    elif answer.outcome is Outcome.REFUSED:
        _record_refusal(id, fence, answer)
    else:
        # an unclear one keeps `handed_at`: whoever comes next asks before saying it again
        reason = {
            Outcome.LATER: _soft_reason(answer.status),
            Outcome.UNREACHABLE: Reason.UNREACHABLE,
            Outcome.UNCLEAR: Reason.UNKNOWN,
        }[answer.outcome]
        kept = {} if answer.outcome is Outcome.UNCLEAR else {"handed_at": None}
        if age > GIVE_UP:
            _record(id, fence, state=State.FAILED, reason=Reason.EXPIRED, **said)
        else:
            due = clock.now() + WAITS[min(fence, len(WAITS)) - 1]
            _record(id, fence, state=State.QUEUED, reason=reason, due_at=due, **kept, **said)


def _soft_reason(status: str) -> Reason:
    return Reason.MAILBOX_FULL if status == "4.2.2" else Reason.DEFERRED


def _record_refusal(id: int, fence: int, answer: Answer) -> None:
    """A 5xx: the address is wrong, or full, or they do not want mail from us. RFC 3463."""
    reason = reason_of(answer.status)
    if reason is Reason.POLICY:  # ours to mend, never the member's fault
        _record(id, fence, state=State.HELD, reason=reason, response=answer.response)
        log.error("mail was refused by policy", delivery=id, response=answer.response)
        return
    recipient = db.session.scalar(select(Delivery.recipient).where(Delivery.id == id)) or ""
    if _record(id, fence, state=State.FAILED, reason=reason, response=answer.response):
        pause_after(recipient, reason, answer.response, sent_at=clock.now())
        db.session.commit()


def _give_back(claimed: Iterable[tuple[int, int]]) -> None:
    for id, fence in claimed:
        _record(id, fence, state=State.QUEUED, attempts=fence - 1)


def free_leases_of_dead_senders() -> int:
    """Let go of what killed workers held; whoever comes next sees in `handed_at` how far they were."""
    begin_mode.set("immediate")
    sending = Delivery.state == State.SENDING
    held = db.session.scalars(select(Delivery.leased_by).where(sending, Delivery.leased_until.is_not(None)).distinct())
    freed = db.session.execute(
        update(Delivery)
        .where(sending, Delivery.leased_by.in_(dead_among(held)))
        .values(leased_until=clock.now() - timedelta(seconds=1))
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return cast("CursorResult[Any]", freed).rowcount
