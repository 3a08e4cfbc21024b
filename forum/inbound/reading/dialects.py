"""Bounces that keep to no standard: known by where they came, by whom they are from, and by what they say.

Only mail to the return address of a mail of ours is looked at: whoever writes there without having had that mail must have
guessed it.
"""

from __future__ import annotations

import re
from email.message import Message

from forum.inbound.letters import Report
from forum.inbound.reading import headers
from forum.inbound.reading.circumstances import Circumstances

MOST = 20_000  # characters: what follows is our own mail
DAEMON = re.compile(r"(?:mailer-?daemon|postmaster|mdaemon|mail-?admin|system|microsoftexchange\w*)", re.IGNORECASE)
SUBJECT = re.compile(
    r"undeliver|^warning:|non.?delivery|delivery (?:status|fail|problem|has failed|report)|fail(?:ed|ure) (?:notice|delivery)|returned (?:mail|to sender)"
    r"|mail (?:delivery|system error)|could ?n.t be delivered|delayed|unzustellbar|no se puede entregar|non remis|não entregue",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"permanent|undeliverable|could not (?:be )?deliver|cannot be (?:delivered|reached)|not (?:be )?(?:delivered|reach)|unable to deliver|delivery error|was(?:n't| not) able to deliver"
    r"|delivery .{0,60}failed|failed permanently|user unknown|unknown user|no such user|does not exist|mailbox (?:is )?(?:full|unavailable)"
    r"|over quota|not listed in|unbekannt|no existe|n'existe pas|não existe|address(?:es)? failed",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"delay(?:ed)?\b|warning: (?:could not|message)|has not (?:yet )?been (?:delivered|possible)|will (?:be retried|continue|keep trying|try again)"
    r"|still (?:trying|being retried)|temporary (?:failure|error|problem)",
    re.IGNORECASE,
)
GIVEN_UP = re.compile(r"given up|giving up|permanent|failed permanently|gave up", re.IGNORECASE)
UNKNOWN = re.compile(
    r"(?:user|mailbox|recipient|account|address)[^.\n]{0,40}(?:unknown|not (?:found|exist|listed)|does(?:n't| not) exist|invalid|no longer)"
    r"|does(?:n't| not) have an? [^.\n]{0,20}account"
    r"|unknown (?:user|recipient|mailbox)|no such (?:user|mailbox|recipient|person)|not listed in|unbekannt|no existe|n'existe pas|não existe",
    re.IGNORECASE,
)
FULL = re.compile(r"(?:mailbox|quota|inbox)[^.\n]{0,30}(?:full|exceed|over)|over ?quota|quota exceeded", re.IGNORECASE)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
CODE = re.compile(r"(?<![\d.])([45][0-5]\d)[ -](?!\d{3}\b)")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
OURS_BEGINS = re.compile(
    r"^(?:-{2,}\s*(?:below this line|original message|this is a copy|the body of)|(?:return-path|received|message-id):)",
    re.IGNORECASE | re.MULTILINE,
)


def report_in(mail: Message, text: str, circumstances: Circumstances) -> Report | None:
    """What a bounce without a standard says; nothing where it is none."""
    if not circumstances.came_back:
        return None
    subject, sender = headers.first(mail, "subject"), (headers.addresses(mail, "from") or [("", "")])[0][1]
    told = text[:MOST]
    ours = OURS_BEGINS.search(told)
    told = told[: ours.start()] if ours and ours.start() > 0 else told
    by_a_daemon = bool(DAEMON.fullmatch(sender.partition("@")[0])) or not circumstances.envelope_from.strip("<> ")
    failed_for = headers.addresses(mail, "x-failed-recipients")
    if not failed_for and not (by_a_daemon and (SUBJECT.search(subject) or FAILED.search(told))):
        return None
    if not failed_for and not (FAILED.search(told) or DELAYED.search(told) or DELAYED.search(subject)):
        return None
    delayed = bool(DELAYED.search(f"{subject}\n{told}")) and not GIVEN_UP.search(told)
    return Report(
        recipient=failed_for[0][1] if failed_for else _address(told, circumstances),
        action="delayed" if delayed else "failed",
        status=_status(told, delayed=delayed),
        diagnostic=_diagnostic(told),
    )


def _address(told: str, circumstances: Circumstances) -> str:
    ours = (circumstances.our_address.casefold(), circumstances.our_domain.casefold())
    for found in ADDRESS.findall(told):
        left, _at, domain = found.casefold().rpartition("@")
        if found.casefold() not in ours and domain not in ours and not DAEMON.fullmatch(left):
            return str(found)
    return ""


def _status(told: str, *, delayed: bool) -> str:
    kind = "4" if delayed else "5"
    for found in STATUS.findall(told):
        if found[0] == kind:
            return str(found)
    if FULL.search(told):
        return f"{kind}.2.2"
    if UNKNOWN.search(told):
        return f"{kind}.1.1"
    return f"{kind}.0.0"


def _diagnostic(told: str) -> str:
    """The line with the code, or the first that says that it failed."""
    lines = [line.strip() for line in told.split("\n") if line.strip()]
    for sign in (STATUS, CODE, FAILED, DELAYED):
        for line in lines:
            if sign.search(line):
                return line[:500]
    return ""
