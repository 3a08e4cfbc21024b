"""A Postfix of our own on loopback: it relays to a sink, brings answers to us by LMTP, and writes a log we can read.

Nothing is installed here: `.ci/run` does. Nothing leaves the machine: there is one way out, and it is the sink.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mail_server import Rules, mail_server
from tests.servers import free_port, missing

REPLY_DOMAIN, AUTH_HOST = "reply.forum.test", "mx.forum.test"

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = {auth_host}
myorigin = {auth_host}
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
relayhost = [127.0.0.1]:{sink}
relay_domains = {reply_domain}
transport_maps = inline:{{ {{ {reply_domain} = lmtp:inet:127.0.0.1:{lmtp} }} }}
smtp_tls_security_level = none
smtputf8_enable = yes
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_sender_restrictions = check_sender_access inline:{{ {{ bao@example.org = PREPEND Authentication-Results: {auth_host}; dmarc=pass header.from=example.org }} }}
minimal_backoff_time = 1s
queue_run_delay = 1s
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
flush     unix n - n 1000? 0 flush
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
lmtp      unix - - n - - lmtp
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """Where it listens, where it writes, where it wants to bring answers, and what its relay does and took."""

    port: int
    log: Path
    lmtp: int
    sink: Rules

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def postfix() -> Iterator[Postfix]:
    """A running Postfix, stopped and gone afterwards."""
    program = shutil.which("postfix") or shutil.which("postfix", path="/usr/sbin")
    if program is None:
        missing("Postfix is not installed: apt-get install postfix (without starting its service).")
    if os.geteuid() != 0:
        missing("Postfix starts its parts as root: run these tests as root, in a container.")
    folder = Path(tempfile.mkdtemp(prefix="forum-postfix-"))
    folder.chmod(0o755)
    try:
        with mail_server() as (address, sink):
            port, lmtp = free_port(), free_port()
            _write(folder, port=port, lmtp=lmtp, sink=int(address.rpartition(":")[2]))
            with _running(str(program), folder, port):
                yield Postfix(port, folder / "log" / "mail.log", lmtp, sink)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, **ports: int) -> None:
    for name in ("etc", "spool", "data", "log"):
        (folder / name).mkdir(mode=0o755)
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    names = {"folder": folder, "auth_host": AUTH_HOST, "reply_domain": REPLY_DOMAIN, **ports}
    (folder / "etc" / "main.cf").write_text(MAIN.format(**names))
    (folder / "etc" / "master.cf").write_text(MASTER.format(**names))


@contextmanager
def _running(program: str, folder: Path, port: int) -> Iterator[None]:
    command = [program, "-c", str(folder / "etc")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    started = subprocess.run([*command, "start"], **quiet)  # type: ignore[call-overload]
    try:
        deadline = time.monotonic() + 120
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if time.monotonic() > deadline:
                raise RuntimeError(f"Postfix does not answer: {started.stderr}")
            time.sleep(0.05)
        yield
    finally:
        subprocess.run([*command, "stop"], **quiet)  # type: ignore[call-overload]
