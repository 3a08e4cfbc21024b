"""What a member is still writing, kept on the server so that a closed tab loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, delete, select, update

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import db, insert_or
from forum.kernel.errors import Invalid
from forum.kernel.i18n import _
from forum.kernel.text import cleaned
from forum.kernel.written import Written
from forum.threads.models import Draft, Post, Thread

#: Drafts nobody came back to are forgotten after this long.
KEPT_FOR = timedelta(days=90)

DRAFT: Any = Draft.__table__
_DISCARD = Written(
    lambda: delete(DRAFT).where(DRAFT.c.member_id == bindparam("whose"), DRAFT.c.place == bindparam("where"))
)


@dataclass(frozen=True)
class Saved:
    """What became of a draft that was to be saved.

    Args:
        version: of the draft as it is now; 0 when there is none.
        conflict: it was not saved, since another tab saved something newer.
    """

    version: int
    conflict: bool = False


def save_draft(place: str, *, title: str = "", body: str, version: int, by: Member) -> Saved:
    """Keep a draft, unless another tab has kept a newer one.

    Args:
        place: which form it belongs to: "new", "thread:12", "post:8".
        version: the version this tab started from, 0 for none.

    Raises:
        Invalid: it is longer than any post may be.
    """
    title, body = cleaned(title)[: Thread.TITLE_LENGTH], cleaned(body)
    if len(body) > Post.BODY_LENGTH:
        raise Invalid(_("This is longer than 30,000 characters, so the draft was not saved."), "body")
    mine = (Draft.member_id == by.id, Draft.place == place)
    if version == 0:
        row = insert_or(Draft).values(
            member_id=by.id, place=place, title=title, body=body, version=1, saved_at=clock.now()
        )
        made = row.on_conflict_do_nothing(index_elements=["member_id", "place"]).returning(Draft.id)
        if db.session.scalar(made) is not None:
            return Saved(1)
    else:
        values = {"title": title, "body": body, "version": version + 1, "saved_at": clock.now()}
        kept = update(Draft).where(*mine, Draft.version == version).values(values)
        if cast("CursorResult[object]", db.session.execute(kept)).rowcount:
            return Saved(version + 1)
    return Saved(db.session.scalar(select(Draft.version).where(*mine)) or 0, conflict=True)


def discard_draft(place: str, *, by: Member) -> None:
    """Forget a draft, because it was posted or is not wanted."""
    _DISCARD.run(whose=by.id, where=place)
