"""Resources that look like one somebody is about to add: by title, by address."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from sqlalchemy import String, cast, or_, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel.db import db
from forum.library.models import Resource
from forum.library.queries import RESOURCE

LOOKED_AT = 400  # candidates; the database narrows by words, this file compares
ALIKE = 0.82  # of 1; a subtitle more or less stays above it, another year in a long title does as well
SHOWN = 5


def looks_like(title: str, url: str = "", *, reader: Member | None, but: int | None = None) -> list[Resource]:
    """Resources this reader may see that may be the same, the most alike first.

    Args:
        title: as it was typed so far; fewer than three words, or twelve letters, are alike to anything.
        but: id of the resource that is being described.
    """
    wanted = plain(title)
    found = {row.id: row for row in at_address(url, reader=reader)}
    scores = dict.fromkeys(found, 2.0)
    if len(wanted) >= 12:
        for row in _with_words(wanted, title, reader=reader):
            names = [row.title, *row.alternative_titles]
            score = max(likeness(wanted, plain(name)) for name in names)
            if score >= ALIKE:
                found[row.id] = row
                scores[row.id] = max(score, scores.get(row.id, 0))
    found.pop(but or 0, None)
    return sorted(found.values(), key=lambda row: -scores[row.id])[:SHOWN]


def likeness(one: str, other: str) -> float:
    """How much two plain titles look alike, from 0 to 1. One that begins with the whole other is very much so."""
    short, long = sorted((one, other), key=len)
    if len(short) >= 20 and long.startswith(short):
        return 0.95
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def plain(title: str) -> str:
    """A title without case, accents and signs, as eyes compare titles."""
    letters = unicodedata.normalize("NFKD", title.casefold())
    return " ".join(re.findall(r"\w+", "".join(x for x in letters if not unicodedata.combining(x))))


def _with_words(wanted: str, title: str, *, reader: Member | None) -> list[Resource]:
    """Resources with two of the longest words in a title: long words are rare ones."""
    words = sorted(dict.fromkeys(re.findall(r"\w+", title)), key=len, reverse=True)[:3]
    if not words:
        return []
    titles = RESOURCE.c.title
    others = cast(RESOURCE.c.alternative_titles, String)
    some = [or_(titles.icontains(word, autoescape=True), others.icontains(word, autoescape=True)) for word in words]
    pairs = [a & b for i, a in enumerate(some) for b in some[i + 1 :]] or some
    rows = select(Resource).where(visible_to(reader), or_(*pairs)).order_by(Entry.active_at.desc())
    return list(db.session.scalars(rows.limit(LOOKED_AT)))


def at_address(url: str, *, reader: Member | None) -> list[Resource]:
    """Resources at the same address, whether written with http or https, or neither, with www or a slash at the end."""
    url = url.strip()
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:  # "https://[a.b/": half of an address that is a number
        return []
    if not parts.netloc:
        return []
    host = parts.netloc.casefold().removeprefix("www.")
    rest = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    hosts = ("doi.org", "dx.doi.org") if host in ("doi.org", "dx.doi.org") else (host, f"www.{host}")
    same = [f"{s}://{h}{rest}{end}" for s in ("http", "https") for h in hosts for end in ("", "/")]
    return list(db.session.scalars(select(Resource).where(visible_to(reader), RESOURCE.c.url.in_(same))))
