"""A mail server on loopback that does what it is told: takes mail, puts it off, refuses it, or hangs up at the worst moment."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port

#: What to answer when a mail for somebody comes: a reply, or one of these.
DROP_BEFORE = "drop before the last word"
DROP_AFTER = "drop after the last word"  # it was taken, and the sender never hears of it


@dataclass
class Rules:
    """Per recipient what to answer, one after the other; 250 when nothing is left. Keeps what it took."""

    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)  # return address, recipient, mail
    log: Path | None = None  # as a mail server writes it (see `logged`)
    always_refused: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if answer := self.always_refused.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        (to,) = envelope.rcpt_tos
        answer = self.answers[to].pop(0) if self.answers[to] else "250 2.0.0 taken"
        if answer == DROP_BEFORE:
            await hang_up(server)
        if answer.startswith("2") or answer == DROP_AFTER:
            self.taken.append((envelope.mail_from, to, envelope.original_content))
            if self.log:
                found = message_from_bytes(envelope.original_content, policy=policy.default)
                with self.log.open("a") as log:
                    log.write(logged(f"{len(self.taken):X}AB12", str(found["Message-ID"]), envelope.mail_from, to))
        if answer == DROP_AFTER:
            await hang_up(server)
        return answer

    def mails(self, to: str = "") -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for _, who, raw in self.taken if to in who]

    def times_taken(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails())


def logged(queue_id: str, message_id: str, sender: str, *recipients: str) -> str:
    """What Postfix writes about a mail it took and passed on."""
    lines = [f"cleanup[7]: {queue_id}: message-id={message_id}"]
    lines.append(f"qmgr[8]: {queue_id}: from=<{sender}>, size=900, nrcpt={len(recipients)} (queue active)")
    for to in recipients:
        lines.append(f"smtp[9]: {queue_id}: to=<{to}>, relay=mx[192.0.2.1]:25, dsn=2.0.0, status=sent (250 OK)")
    return "".join(f"Nov 25 19:18:05 mx postfix/{line}\n" for line in lines)


async def hang_up(server: Any) -> None:
    """End the connection without a word; the server ends this task when it notices."""
    server.transport.abort()
    await asyncio.sleep(60)


@contextmanager
def mail_server(log: Path | None = None) -> Iterator[tuple[str, Rules]]:
    """(smtp:// address, what it does and took)."""
    rules = Rules(log=log)
    controller = Controller(rules, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    try:
        port = controller.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        yield f"smtp://127.0.0.1:{port}", rules
    finally:
        controller.stop(no_assert=True)
