"""`forum`, with one more handler: it leaves a countable mark for each changed entry, slowly enough to be killed in."""

import time

from sqlalchemy import text

from forum.cli import main
from forum.entries.events import EntryChanged
from forum.kernel.db import db
from forum.kernel.events import handles


@handles(EntryChanged)
def leave_a_mark(event: EntryChanged) -> None:
    db.session.execute(text("INSERT INTO mark (entry_id) VALUES (:id)"), {"id": event.entry_id})
    time.sleep(0.03)


if __name__ == "__main__":
    main()
