"""The door at which a mail server knocks: LMTP on FORUM_LMTP_LISTEN, kept open by the worker."""

from __future__ import annotations

import socket
import socketserver
import threading
from contextlib import suppress
from typing import Any, cast

import structlog
from flask import Flask, current_app

from forum.inbound import recipients
from forum.inbound.arriving import take_in
from forum.inbound.lmtp import Desk, Session
from forum.inbound.models import Transport
from forum.kernel.db import begin_mode, db
from forum.kernel.jobs import watch
from forum.kernel.settings import Settings
from forum.notifications.addresses import answering_domain

log = structlog.get_logger(__name__)

PATIENCE = 300  # seconds of silence. RFC 5321 4.5.3.2.7
MOST_AT_ONCE = 32


class Door(socketserver.ThreadingTCPServer):
    """Each connection has a thread. Closing lets each finish the mail it has, and take no other."""

    allow_reuse_address = True
    daemon_threads = False
    block_on_close = True

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.app = app
        self.open: set[socket.socket] = set()
        self.room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self.closing = False
        super().__init__((host, port), Knock)

    def close(self) -> None:
        """Take no more connections, and hear no more on those there are: what was heard in full is still answered."""
        self.closing = True
        self.shutdown()
        for each in list(self.open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RD)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.exception("an LMTP session failed", client=client_address)


class Knock(socketserver.StreamRequestHandler):
    timeout = PATIENCE

    def handle(self) -> None:
        door = cast("Door", self.server)
        if not door.room.acquire(blocking=False):
            self.wfile.write(b"421 4.3.2 Too many connections: try again later\r\n")
            return
        door.open.add(self.connection)
        try:
            if not door.closing:
                Session(desk(door.app), cast("Any", self.rfile), cast("Any", self.wfile)).talk()
        except (ConnectionError, TimeoutError) as gone:
            log.info("an LMTP client is gone", reason=str(gone))
        finally:
            door.open.discard(self.connection)
            door.room.release()


def desk(app: Flask) -> Desk:
    """What a session needs, with an application context and a transaction for each question."""

    def knows(sender: str, recipient: str) -> bool:
        with app.app_context():
            begin_mode.set("deferred")
            try:
                return recipients.is_ours(recipient, sender=sender)
            finally:
                db.session.remove()

    def keep(mail: bytes, sender: str, recipient: str) -> None:
        with app.app_context():
            take_in(mail, transport=Transport.LMTP, envelope_from=sender, envelope_to=recipient)

    def trouble(error: Exception) -> None:
        log.error("mail could not be kept", exc_info=error)

    with app.app_context():
        name = answering_domain() or "localhost"
    return Desk(name, knows, keep, trouble)


@watch
def listen(stopping: threading.Event) -> None:
    """Keep the door open until told to stop; nothing where the operator wants none.

    Raises:
        OSError: something else listens there; the worker says so, and tries again.
    """
    settings: Settings = current_app.extensions["forum.settings"]
    if (place := settings.lmtp_place) is None:
        return
    door = Door(current_app._get_current_object(), *place)  # type: ignore[attr-defined]
    log.info("mail comes in by LMTP", at=settings.lmtp_listen)
    thread = threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.2}, name="lmtp")
    thread.start()
    stopping.wait()
    door.close()
    thread.join()
