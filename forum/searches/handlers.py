"""By the clock: compare what came with the searches people keep, and tell them, not more than once a day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, select

from forum.accounts.events import MemberErased
from forum.accounts.models import Member
from forum.kernel import clock, mail
from forum.kernel.db import db
from forum.kernel.events import handles, record
from forum.kernel.jobs import every
from forum.kernel.mail import Delivery, Reason, objection
from forum.search import engine
from forum.searches.events import SearchesDue, SearchMailDue
from forum.searches.letters import KIND, NOT_MORE_OFTEN, letter_for, mailed_searches_of, tells_since
from forum.searches.models import SavedSearch, SearchNews
from forum.searches.queries import is_still_there
from forum.searches.watching import take_back, watch

AT_ONCE = 40  # searches in one transaction
KEPT_FOR = timedelta(days=90)


@every(timedelta(minutes=10))
def promise_to_compare() -> None:
    """A promise for each handful, so that none holds the database for long."""
    ids = list(db.session.scalars(select(SavedSearch.id).order_by(SavedSearch.watched_until, SavedSearch.id)))
    for start in range(0, len(ids), AT_ONCE):
        record(SearchesDue(search_ids=ids[start : start + AT_ONCE]))


@handles(SearchesDue)
def compare(event: SearchesDue) -> None:
    """Note what came since, and take back notices of what is no longer to be seen."""
    searches = db.session.scalars(select(SavedSearch).where(SavedSearch.id.in_(event.search_ids))).all()
    take_back(searches)
    watch(engine.current(), searches)


@every(timedelta(hours=1))
def promise_mail() -> None:
    """Whoever has news they were not told of is told, if the last mail was a day ago."""
    recently = clock.now() - NOT_MORE_OFTEN
    members = db.session.scalars(
        select(SavedSearch.member_id)
        .join(SearchNews, SearchNews.search_id == SavedSearch.id)
        .where(
            SavedSearch.mails,
            SearchNews.found_at > SavedSearch.looked_at,
            or_(SavedSearch.mailed_at.is_(None), SavedSearch.mailed_at <= recently),
        )
        .distinct()
    )
    for member_id in members:
        record(SearchMailDue(member_id=member_id))


@handles(SearchMailDue)
def tell(event: SearchMailDue) -> None:
    """Write the mail, as far as there is still something to tell."""
    letter = letter_for(db.session.get_one(Member, event.member_id))
    if letter is not None:
        mail.promise(letter)


@objection
def is_not_wanted(delivery: Delivery) -> Reason | None:
    """Whether a mail that waited a while may still go: something it tells of is there, and its member wants to hear of it.

    It names nothing that was found. One whose number has become too high goes; one that leads to nothing at all does not.
    """
    if delivery.kind != KIND or delivery.member_id is None:
        return None
    member = db.session.get(Member, delivery.member_id)
    if member is None or not member.is_admitted:
        return Reason.NOT_A_MEMBER
    ids = [search.id for search in mailed_searches_of(member)]
    if not ids:
        return Reason.UNSUBSCRIBED
    told = is_still_there(member, ids, since=tells_since(delivery), until=delivery.created_at)
    return None if told else Reason.NOT_VISIBLE


@every(timedelta(days=1))
def forget_old_news() -> None:
    old = delete(SearchNews).where(SearchNews.found_at < clock.now() - KEPT_FOR)
    db.session.execute(old.execution_options(synchronize_session=False))


@handles(MemberErased)
def forget_what_they_searched(event: MemberErased) -> None:
    """What somebody asked is theirs alone."""
    mine = select(SavedSearch.id).where(SavedSearch.member_id == event.member_id)
    for table, which in ((SearchNews, SearchNews.search_id.in_(mine)), (SavedSearch, SavedSearch.id.in_(mine))):
        db.session.execute(delete(table).where(which).execution_options(synchronize_session=False))
