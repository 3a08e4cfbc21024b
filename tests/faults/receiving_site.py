"""A worker that does nothing but take mail in and settle it, by a deed that can be counted. Killed by test_arrival_kills."""

from __future__ import annotations

import sys
import threading

from sqlalchemy import text

from forum.app import create_app
from forum.inbound import lane
from forum.inbound.letters import Letter
from forum.inbound.listening import Door
from forum.inbound.models import Fate, ReceivedMail
from forum.kernel import clock
from forum.kernel.db import db


def counted(received: ReceivedMail, letter: Letter) -> None:
    """Stands in for settling: what a mail asks for is done in the transaction of its fate."""
    db.session.execute(text("INSERT INTO mark (entry_id) VALUES (:number)"), {"number": int(letter.subject)})
    received.fate, received.settled_at = Fate.DONE, clock.now()


if __name__ == "__main__":
    lane.settle = counted
    app = create_app()
    door = Door(app, "127.0.0.1", int(sys.argv[1]))
    threading.Thread(target=door.serve_forever, daemon=True).start()
    stop = threading.Event()
    with app.app_context():
        lane.free_mails_of_dead_readers()
        while True:
            if not lane.read_what_came(100, stop.is_set):
                stop.wait(0.02)
