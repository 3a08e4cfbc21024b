"""How references are made. They are cited in letters and declarations, so once given they never change.

`WC21` is a congress, `WC21-BUE19` a meeting that prepares it, `JWC-PAR23` one that prepares none, and a
recommendation adds its number: `WC21-BUE19-R03`, `WC09-R01`. docs/decisions/references.md gives the reasons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

#: The place of a congress that nobody has announced yet. It stands for "the next one" and is never renamed.
NEXT = "WC-NEXT"
#: What stands before the meetings that prepare no congress: the initiative's own initials.
UNATTACHED = "JWC"
ONLINE = "ONL"
NOWHERE = "GLO"

REGION_LETTERS = {
    "africa": "AFR",
    "arab-states": "ARA",
    "asia-pacific": "ASP",
    "europe-central-asia": "EUR",
    "latin-america-caribbean": "LAC",
    "north-america": "NAM",
}


def congress_code(start_date: str | None) -> str:
    """`WC21` for a congress of 2021; NEXT while its year is unknown."""
    return f"WC{start_date[2:4]}" if start_date else NEXT


def letters(name: str) -> str:
    """The first three letters of a place's name, without accents or article: "The Hague" → HAG.

    A name without three Latin letters gives "".
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    plain = re.sub(r"^(THE|LA|LE|EL)\s+", "", plain)
    found = re.sub(r"[^A-Z]", "", plain)[:3]
    return found if len(found) == 3 else ""


def meeting_base(
    congress: str | None,
    *,
    city: str | None,
    country: str | None,
    region: str | None,
    online: bool,
    start_date: str | None,
) -> str:
    """The reference a meeting would have if no other had it yet.

    Args:
        congress: code of the congress it prepares, if any.
        city: where it met, if that is known.
        country: English name of the country, used when the city is not known.
        region: slug of its region, used for meetings online and for those without a known place.
        online: whether it met online only.
        start_date: YYYY, YYYY-MM or YYYY-MM-DD; an unknown year is written 00.
    """
    region_letters = REGION_LETTERS.get(region or "", "")
    if online:
        place = region_letters or ONLINE
    else:
        place = letters(city or "") or letters(country or "") or region_letters or NOWHERE
    return f"{congress or UNATTACHED}-{place}{start_date[2:4] if start_date else '00'}"


def first_free(base: str, taken: Collection[str]) -> str:
    """`base`, or `base` with the first letter from B on that nobody has."""
    return next(candidate for candidate in _with_letters(base) if candidate not in taken)


def _with_letters(base: str) -> Iterator[str]:
    yield base
    for number in range(1, 26 * 27):
        high, low = divmod(number, 26)
        yield base + (chr(64 + high) if high else "") + chr(65 + low)


def recommendation_reference(source: str, number: int) -> str:
    """`WC21-BUE19-R03`: the third recommendation of what has the reference `source`."""
    return f"{source}-R{number:02d}"
