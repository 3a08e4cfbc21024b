"""Making digests that are due: look, choose, write, promise the mail and move the watermark, in one transaction each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import structlog
from flask_babel import force_locale
from sqlalchemy import CursorResult, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import begin_mode, db, save
from forum.kernel.mail import Message, promise
from forum.notifications import letters
from forum.notifications.duties import Duty, begin_in, duties_of
from forum.notifications.gathering import Candidate, gather, interests_of
from forum.notifications.lines import Line, lines_of
from forum.notifications.models import Digest, DigestItem, Frequency, MailChoice, Why
from forum.notifications.ranking import choose
from forum.notifications.schedule import LONGEST_WINDOW, end_of_day, local_day, next_time, zone_of
from forum.notifications.screening import pass_over
from forum.notifications.tokens import Purpose, Token

log = structlog.get_logger(__name__)

SHORTEST_WINDOW = timedelta(seconds=1)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Prepared:
    """What a digest would say."""

    chosen: list[Candidate]
    duties: list[Duty]
    lines: list[Line]
    left_out: int
    since: datetime
    until: datetime
    reminds: bool = False  # of what was put off, and no longer is

    @property
    def is_worth_a_mail(self) -> bool:
        """Whether anything is new: what waits longer comes along, and is no reason by itself."""
        return bool(self.lines) or begin_in(self.duties, self.since) or (self.reminds and bool(self.duties))


def look(member: Member, choice: MailChoice, *, until: datetime, since: datetime | None = None) -> Prepared:
    """What is new for a member since they were last told, or since another moment. To be called in their language."""
    since = since or max(choice.told_until, until - LONGEST_WINDOW)
    interests = interests_of(member)
    found = gather(member, interests, since=since, until=until)
    chosen = choose(found, interests, now=until)
    lines = lines_of(chosen, reader=member)
    shown = {line.entry_id for line in lines}
    told = [each for each in chosen if each.entry_id in shown]
    duties = [duty for duty in duties_of(member, at=until) if not choice.is_put_off(duty.since, until)]
    reminds = choice.put_off_until is not None and since < choice.put_off_until <= until
    return Prepared(told, duties, lines, len(found) - len(chosen), since, until, reminds)


def letter_of(
    member: Member, choice: MailChoice, prepared: Prepared, *, key: str, digest_id: int | None = None
) -> Message:
    """The mail that tells it.

    Args:
        digest_id: of the row whose lines are answered by their numbers; nothing for a mail that is only looked at.
    """
    return letters.write(
        member,
        prepared.lines,
        prepared.duties,
        day=local_day(prepared.until, zone_of(member.time_zone)),
        left_out=prepared.left_out,
        discreet=choice.discreet,
        key=key,
        answered_as=Token(Purpose.ANSWER_DIGEST, member.id, digest_id) if digest_id else None,
    )


def prepare(member: Member, choice: MailChoice, *, now: datetime) -> Digest | None:
    """Tell a member what is new, if anything is, and say when to look again. Nothing new makes no mail.

    The mail's row, the digest and the watermark are one transaction; the pair (member, local day) is unique.
    """
    zone = zone_of(member.time_zone)
    if _told_on(member, local_day(now, zone)):  # they moved their hour, or themselves, after the mail of today
        choice.next_at = next_for(choice, zone, after=end_of_day(now, zone))
        return None
    with force_locale(member.language):
        prepared = look(member, choice, until=now)
    digest = None
    if prepared.is_worth_a_mail:
        day = local_day(now, zone)
        digest = Digest(
            member_id=member.id, day=day, since=prepared.since, until=now, left_out=prepared.left_out, created_at=now
        )
        digest.items = items_of(prepared)
        save(digest)
        promise(letter_of(member, choice, prepared, key=digest.key, digest_id=digest.id))
    choice.told_until = now
    choice.next_at = next_for(choice, zone, after=now)
    db.session.flush()
    return digest


def items_of(prepared: Prepared) -> list[DigestItem]:
    """The lines, as they are remembered."""
    by_entry = {each.entry_id: each for each in prepared.chosen}
    return [_item(line, by_entry[line.entry_id]) for line in prepared.lines]


def _item(line: Line, candidate: Candidate) -> DigestItem:
    return DigestItem(
        position=line.position,
        entry_id=line.entry_id,
        section=line.section,
        why=candidate.why if candidate.why in Why else Why.GROUP,
        number=candidate.number,
        count=candidate.count,
        quoted=line.quoted,
    )


def _told_on(member: Member, day: date) -> bool:
    found = select(Digest.id).where(Digest.member_id == member.id, Digest.day == day)
    return db.session.scalar(found) is not None


def next_for(choice: MailChoice, zone: ZoneInfo, *, after: datetime) -> datetime:
    """When a member's next digest is due."""
    if choice.frequency is Frequency.NEVER:
        return NEVER
    return next_time(
        after,
        frequency=choice.frequency,
        hour=choice.hour,
        weekday=choice.weekday,
        zone=zone,
        paused_until=choice.paused_until,
    )


def prepare_due(limit: int, stopping: Callable[[], bool] = lambda: False, *, at: datetime | None = None) -> int:
    """Look at up to `limit` members who are due; returns how many. Whom nothing can be new for are passed over together, and
    each of the others is told in a transaction of its own.

    Two workers may take up the same member: the row is locked on PostgreSQL and the write lock held on SQLite, so the
    second finds it no longer due; and should it not, the unique day undoes its work.

    Args:
        at: the moment it is taken to be, for trying out days to come.
    """
    now = at or clock.now()
    due = _due(now, limit)
    left = _left_over(due, now)
    tried = len(due) - len(left)
    for member_id in (id for id in due if id in left):
        if stopping():
            break
        tried += 1
        begin_mode.set("immediate")
        try:
            # by its key alone: asked for next_at too, PostgreSQL may walk through all who are due to find the one
            locked = select(MailChoice).where(MailChoice.member_id == member_id).with_for_update(skip_locked=True)
            choice = db.session.scalar(locked)
            member = db.session.get(Member, member_id)
            if choice is not None and choice.next_at <= now and member is not None:
                prepare_or_wait(member, choice, now=now)
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            log.info("somebody else made this digest", member=member_id)
            _later(member_id, now)
        except Exception:
            db.session.rollback()
            log.exception("a digest could not be made", member=member_id)
            _later(member_id, now)
        finally:
            db.session.remove()
    return tried


def _left_over(due: list[int], now: datetime) -> set[int]:
    """Pass over whom there is nothing to tell. Where that fails, everybody is looked at by themselves: nobody is lost."""
    if not due:
        return set()
    begin_mode.set("immediate")
    try:
        left = pass_over(due, now=now)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("members could not be passed over", members=len(due))
        return set(due)
    finally:
        db.session.remove()
    return left


def prepare_or_wait(member: Member, choice: MailChoice, *, now: datetime) -> Digest | None:
    """Prepare what is due, unless there is nobody to tell: who is suspended is looked at again, who left never."""
    if choice.told_until >= choice.next_at:  # a choice just made: the first digest comes at its hour
        choice.next_at = next_for(choice, zone_of(member.time_zone), after=now)
        return None
    if not member.is_admitted:
        choice.next_at = NEVER if member.erased_at else now + timedelta(days=1)
        choice.told_until = now
        return None
    return prepare(member, choice, now=now)


def _due(now: datetime, limit: int) -> list[int]:
    db.session.rollback()
    begin_mode.set("deferred")
    query = select(MailChoice.member_id).where(MailChoice.next_at <= now).order_by(MailChoice.next_at).limit(limit)
    found = list(db.session.scalars(query))
    db.session.commit()  # at ROLLBACK psycopg forgets what the server has prepared: it would plan all anew in each batch
    return found


def _later(member_id: int, now: datetime) -> None:
    """One member's trouble must not hold up the others, nor be tried in a circle."""
    begin_mode.set("immediate")
    choice = db.session.get(MailChoice, member_id)
    if choice is not None and choice.next_at <= now:
        choice.next_at = now + timedelta(hours=1)
    db.session.commit()


def hurry(*, now: datetime, member_id: int | None = None) -> None:
    """Let everybody's next digest, or one member's, be due at this moment instead of at their hour."""
    begin_telling(now=now)
    mine = (MailChoice.member_id == member_id,) if member_id else ()
    quietly = {"synchronize_session": False}
    soon = update(MailChoice).where(*mine, MailChoice.frequency != Frequency.NEVER).values(next_at=now)
    db.session.execute(soon.execution_options(**quietly))
    fresh = update(MailChoice).where(*mine, MailChoice.told_until >= now).values(told_until=now - SHORTEST_WINDOW)
    db.session.execute(fresh.execution_options(**quietly))


def begin_telling(*, now: datetime) -> int:
    """Give every member without one a choice to start from; returns how many. One statement, safe to repeat."""
    columns = ("member_id", "frequency", "hour", "weekday", "discreet", "at_once", "told_until", "next_at")
    without = ~select(MailChoice.member_id).where(MailChoice.member_id == Member.id).exists()
    values = select(
        Member.id,
        literal(Frequency.DAILY.value),
        literal(7),
        literal(0),
        literal(False),
        literal(True),
        literal(now, MailChoice.told_until.type),
        literal(now, MailChoice.next_at.type),
    ).where(Member.approved_at.is_not(None), Member.erased_at.is_(None), without)
    made = insert(MailChoice).from_select(columns, values)
    done = db.session.execute(made.execution_options(preserve_rowcount=True))
    return cast("CursorResult[Any]", done).rowcount
