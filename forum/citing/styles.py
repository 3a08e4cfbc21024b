"""Formatted citations to copy: after the manual of the APA (7th edition) and the bibliography of Chicago (17th).

Only for the few kinds of things there are here; whoever needs another style takes CSL-JSON along.
"""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale

from forum.citing.citable import Citable, Name, line

#: From so many on, a style names the first and says "et al.".
MANY = 7


@dataclass(frozen=True)
class Formatted:
    """A citation in three parts: the title, which stands in italics, and what is around it."""

    style: str
    before: str
    title: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.title}{self.after}"


def formatted(thing: Citable, *, language: str) -> list[Formatted]:
    """The citation in each style; months in this language."""
    return [apa(thing, language=language), chicago(thing, language=language)]


def apa(thing: Citable, *, language: str = "en") -> Formatted:
    """Nowak, M., & Krishan, M. (2020, November 4). Title (Report No. 3). Publisher. Address"""
    names = [_initials(name) for name in thing.responsible]
    who = f"{names[0]} et al." if len(names) >= MANY else _joined(names, "&" if language != "ar" else "و")
    year, rest = str(thing.date[0]) if thing.date else "n.d.", list(thing.date[1:])
    when = f"({year}, {_month_day(rest, language)})" if rest else f"({year})"
    before = f"{_ended(who)} {when}. " if who else ""
    numbered = f" ({thing.number})" if thing.number and thing.number not in thing.title else ""
    publisher = thing.publisher if thing.authors else ""
    parts = [part for part in (thing.event, publisher) if part]
    undated = "" if who else f" {when}"
    after = f"{numbered}{undated}. " + "".join(f"{_ended(line(part))} " for part in parts) + _address(thing)
    return Formatted("APA", before, line(thing.title), after.rstrip())


def chicago(thing: Citable, *, language: str = "en") -> Formatted:
    """Nowak, Manfred, and Manu Krishan. Title. Publisher, November 4, 2020. Address."""
    first, *others = thing.responsible or (None,)
    names = [_as_filed(first)] if first else []
    names += [_as_spoken(name) for name in others if name]
    who = f"{names[0]} et al." if len(names) >= MANY else _joined(names, _and(language))
    before = f"{_ended(who)} " if who else ""
    day = _whole_date(thing.date, language)
    publisher = line(thing.publisher) if thing.authors else ""
    where = ", ".join(part for part in (thing.number, line(thing.event), line(thing.place), publisher, day) if part)
    after = f". {_ended(where)} {_address(thing)}" if where else f". {_address(thing)}"
    return Formatted("Chicago", before, line(thing.title), f"{after.rstrip()}.")


def _address(thing: Citable) -> str:
    return f"https://doi.org/{thing.doi}" if thing.doi else line(thing.source or thing.url)


def _and(language: str) -> str:
    return {"es": "y", "fr": "et", "pt": "e", "ar": "و"}.get(language, "and")


def _joined(names: list[str], word: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, {word} {names[-1]}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _initials(name: Name) -> str:
    """ "Nowak, M.": letters without capitals have no initials, so such names stay whole."""
    if name.is_organisation or not name.given:
        return line(name.text)
    given = [
        "-".join(f"{part[0]}." for part in word.split("-") if part) if word[0].isupper() else word
        for word in line(name.given).split()
    ]
    return f"{line(name.family)}, {' '.join(given)}"


def _as_filed(name: Name) -> str:
    return line(name.text)


def _as_spoken(name: Name) -> str:
    return line(name.text) if name.is_organisation or not name.given else line(f"{name.given} {name.family}")


def _month(number: int, language: str) -> str:
    return str(Locale.parse(language).months["format"]["wide"][number])


def _month_day(parts: list[int], language: str) -> str:
    month = _month(parts[0], language)
    if len(parts) == 1:
        return month
    return f"{month} {parts[1]}" if language == "en" else f"{parts[1]} {month}"


def _whole_date(date: tuple[int, ...], language: str) -> str:
    if len(date) < 2:
        return "".join(map(str, date))
    spoken = _month_day(list(date[1:]), language)
    return f"{spoken}, {date[0]}" if language == "en" and len(date) == 3 else f"{spoken} {date[0]}"
