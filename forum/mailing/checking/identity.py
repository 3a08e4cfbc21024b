"""Who a mail is from, what it is called, what it answers, and when it was written. RFC 5322 3.6, RFC 3834."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import getaddresses, parsedate_to_datetime

from forum.kernel import clock
from forum.kernel.i18n import _
from forum.mailing.checking.registry import check
from forum.mailing.checking.taken import House, Taken

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
MESSAGE_ID = re.compile(rf"<{ATOM}(\.{ATOM})*@([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)>")
LONGEST_ID = 255
DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}")
VERP = re.compile(r"b-[a-z2-7]{16,32}@")


@check(_("It comes from our address, not from a member's"), "RFC 5322 3.6.2")
def sender(mail: Taken, house: House) -> str:
    found = [address for _name, address in getaddresses(mail.all("From"))]
    return "" if found == [house.address] and not mail.all("Sender") else mail.one("From") or "–"


@check(_("It is for one address"), "RFC 5322 3.6.3")
def recipient(mail: Taken, house: House) -> str:
    found = getaddresses(mail.all("To"))
    return "" if len(found) == 1 and "@" in found[0][1] else mail.one("To") or "–"


@check(_("Its name is in the right form, and ours"), "RFC 5322 3.6.4")
def message_id(mail: Taken, house: House) -> str:
    said = mail.one("Message-ID")
    found = MESSAGE_ID.fullmatch(said)
    return "" if found and len(said) <= LONGEST_ID and found[2] == house.domain else said or "–"


@check(_("What it answers, and all before that, is known here"), "RFC 5322 3.6.4")
def references(mail: Taken, house: House) -> str:
    answered, before = mail.addresses_in("In-Reply-To"), mail.addresses_in("References")
    if len(answered) > 1 or (answered and (not before or before[-1] != answered[0])):
        return mail.one("In-Reply-To")
    strange = [id for id in before if not MESSAGE_ID.fullmatch(f"<{id}>") or not house.knows(id)]
    own = mail.one("Message-ID").strip("<>")
    return strange[0] if strange else own if own in before else ""


@check(_("Answers come in at an address of ours"), "RFC 5322 3.6.2")
def reply_to(mail: Taken, house: House) -> str:
    said = mail.all("Reply-To")
    if not said:
        return ""
    found = [address for _name, address in getaddresses(said)]
    ours = len(found) == 1 and bool(house.return_domain) and found[0].endswith(f"@{house.return_domain}")
    return "" if ours else said[0]


@check(_("What comes back, comes back to an address of its own"), "RFC 5321 4.4 and 4.5.5 (VERP)")
def return_address(mail: Taken, house: House) -> str:
    if mail.all("Return-Path"):
        return "Return-Path"
    if not mail.envelope or not house.return_domain:
        return ""
    found = VERP.match(mail.envelope)
    return "" if found and mail.envelope[found.end() :] == house.return_domain else mail.envelope


@check(_("It says when it was written"), "RFC 5322 3.3")
def date(mail: Taken, house: House) -> str:
    said = mail.one("Date")
    if not DATE.fullmatch(said):
        return said or "–"
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return said
    return said if when > clock.now() + timedelta(minutes=5) else ""


@check(_("It says that no person wrote it, so that no machine answers"), "RFC 3834 5")
def auto_submitted(mail: Taken, house: House) -> str:
    said = mail.one("Auto-Submitted")
    return "" if said in ("auto-generated", "auto-replied") else said or "–"


@check(_("It says which language it is in"), "RFC 3282 2, RFC 5646")
def content_language(mail: Taken, house: House) -> str:
    said = mail.one("Content-Language")
    return "" if said in house.languages else said or "–"


@check(_("It has a subject that is one line"), "RFC 5322 3.6.5")
def subject(mail: Taken, house: House) -> str:
    said = str(mail.parsed["Subject"] or "")
    return "" if said.strip() and said.isprintable() else repr(said)
