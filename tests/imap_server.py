"""An IMAP server on loopback with one mailbox: as much of RFC 3501 and RFC 6851 as somebody needs who fetches mail.

It hangs up where it is told to, which real ones do at the worst moment.
"""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """The mails in INBOX by number; what was moved away, by folder."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    folders: dict[str, list[bytes]] = field(default_factory=dict)
    hang_up_at: list[str] = field(default_factory=list)  # commands, each once: "FETCH", "STORE", "MOVE" …
    can_move: bool = True
    next: int = 1
    port: int = 0

    def put(self, raw: bytes) -> None:
        self.mails[self.next] = raw
        self.next += 1

    @property
    def url(self) -> str:
        return f"imap://us%40example.org:p%3Ass@127.0.0.1:{self.port}/INBOX"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            words = rest.split(" ")
            verb = words[1].upper() if words[0].upper() == "UID" else words[0].upper()
            if verb in self.box.hang_up_at:
                self.box.hang_up_at.remove(verb)
                return
            answer = getattr(self, f"on_{verb.lower()}")(rest)
            self.say(f"{tag} {answer or 'OK done'}")
            if verb == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def on_capability(self, _rest: str) -> None:
        self.say("* CAPABILITY IMAP4REV1" + (" MOVE" if self.box.can_move else ""))

    def on_login(self, rest: str) -> str:
        return "OK in" if rest.replace('"', "").split(" ")[1:] == ["us@example.org", "p:ss"] else "NO wrong password"

    def on_select(self, _rest: str) -> None:
        self.say(f"* {len(self.box.mails)} EXISTS")

    def on_search(self, _rest: str) -> None:
        self.say("* SEARCH " + " ".join(str(uid) for uid in self.box.mails if uid not in self.box.seen))

    def on_fetch(self, rest: str) -> None:
        uid = int(rest.split(" ")[2])
        if (raw := self.box.mails.get(uid)) is None:
            return
        if "SIZE" in rest:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})")
        else:
            self.wfile.write(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(raw)) + raw + b")\r\n")

    def on_store(self, rest: str) -> None:
        self.box.seen.add(int(rest.split(" ")[2]))

    def on_move(self, rest: str) -> str | None:
        uid, folder = int(rest.split(" ")[2]), re.findall(r'"([^"]*)"', rest)[0]
        if folder not in self.box.folders:
            return "NO [TRYCREATE] no such folder"
        if moved := self.box.mails.pop(uid, None):
            self.box.folders[folder].append(moved)
        return None

    def on_create(self, rest: str) -> None:
        self.box.folders[re.findall(r'"([^"]*)"', rest)[0]] = []

    def on_logout(self, _rest: str) -> None:
        self.say("* BYE")


@contextmanager
def imap_server() -> Iterator[Mailbox]:
    box = Mailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield box
        server.shutdown()
