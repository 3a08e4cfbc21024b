"""Mail of a stream says which, how to leave it and where it is kept; a letter to one person does not. RFC 2369, 2919, 8058."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from forum.kernel.i18n import _
from forum.mailing.checking.registry import check
from forum.mailing.checking.taken import LISTED, PERSONAL, House, Taken

WHOLE = ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "List-Help")
OTHERS = ("List-Post", "Archived-At")
LIST_ID = re.compile(r"([^<>]* )?<[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+>")


def is_listed(mail: Taken) -> bool:
    return mail.kind in LISTED or (mail.kind not in PERSONAL and bool(mail.all("List-Id")))


@check(_("Mail of a stream has all headers of a list, a personal letter none"), "RFC 2369, RFC 2919, RFC 8058")
def list_headers(mail: Taken, house: House) -> str:
    there = [name for name in (*WHOLE, *OTHERS) if mail.all(name)]
    if is_listed(mail):
        return ", ".join(name for name in WHOLE if name not in there)
    # a notice may be stopped with one click although it belongs to no list
    stopped = {"List-Unsubscribe", "List-Unsubscribe-Post", "Archived-At"} if mail.kind not in PERSONAL else set()
    return ", ".join(name for name in there if name not in stopped)


@check(_("The list has a name of the right form"), "RFC 2919 2 and 3")
def list_id(mail: Taken, house: House) -> str:
    said = mail.one("List-Id")
    return "" if not said or (LIST_ID.fullmatch(said) and len(said) <= 255) else said


@check(_("It can be stopped with one click, and by mail where we take mail"), "RFC 8058 3.1, RFC 2369 3.2")
def one_click(mail: Taken, house: House) -> str:
    if not mail.all("List-Unsubscribe"):
        return ""
    ways = mail.addresses_in("List-Unsubscribe")
    web = [way for way in ways if way.startswith(house.base_url)]
    post = [way for way in ways if way.startswith("mailto:") and f"@{house.return_domain}" in way]
    if len(web) != 1 or (house.return_domain and len(post) != 1) or len(web) + len(post) != len(ways):
        return mail.one("List-Unsubscribe")
    if urlsplit(house.base_url).scheme != "https" and not _is_this_machine(house.base_url):
        return web[0]
    said = mail.one("List-Unsubscribe-Post")
    return "" if said == "List-Unsubscribe=One-Click" else f"List-Unsubscribe-Post: {said}"


def _is_this_machine(address: str) -> bool:
    return urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1")


@check(_("Where the list is kept and explained are addresses of ours"), "RFC 2369 3.1 to 3.6")
def list_addresses(mail: Taken, house: House) -> str:
    for name in ("List-Archive", "List-Help", "List-Post"):
        said = mail.one(name)
        ways = mail.addresses_in(name)
        ours = [way for way in ways if way.startswith((house.base_url, "mailto:"))]
        if said and said != "NO" and (not ways or ours != ways):
            return f"{name}: {said}"
    return ""


@check(_("It says where the same can be read on the site"), "RFC 5064 2")
def archived_at(mail: Taken, house: House) -> str:
    said = mail.one("Archived-At")
    if not said:
        return "–" if mail.kind in ("digest", "post") else ""
    return "" if re.fullmatch(r"<\S+>", said) and said[1:].startswith(house.base_url) else said
