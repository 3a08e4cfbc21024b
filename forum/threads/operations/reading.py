"""How far a member has read."""

from sqlalchemy import Insert, case

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import insert_or
from forum.kernel.written import Written
from forum.threads.models import ReadMark, Thread


def mark_read(thread: Thread, number: int, *, by: Member) -> None:
    """Remember that a member has seen a thread up to this post. Never moves back.

    Args:
        number: of the last post they were shown; more than there are counts as all of them.
    """
    authorize(by, Can.READ, thread)
    note_read(thread, max(0, min(number, thread.post_count)), by=by)


def note_read(thread: Thread, number: int, *, by: Member) -> None:
    """The same for somebody who may read it and a post that is there."""
    row = {"member_id": by.id, "thread_id": thread.id, "number": number, "read_at": clock.now()}
    _READ_TO.run(**row)


def _read_to() -> Insert:
    row = insert_or(ReadMark)
    further = case((row.excluded.number > ReadMark.number, row.excluded.number), else_=ReadMark.number)
    return row.on_conflict_do_update(
        index_elements=["member_id", "thread_id"], set_={"number": further, "read_at": row.excluded.read_at}
    )


_READ_TO = Written(_read_to)
