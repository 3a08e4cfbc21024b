"""The field "about": references people typed, made into entries, with the nearest for those nobody knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from forum.accounts.models import Member
from forum.catalogue.queries import find_entries, nearest
from forum.entries.titles import Named
from forum.kernel.dates import in_our_digits

#: What is about more than this is about nothing.
AS_MANY = 12
#: An address as it is copied from a browser, of any page below that of an entry.
IN_ADDRESS = re.compile(
    r"(?:https?://(?P<host>[^/]+))?/(?:library|threads|collections|congresses|meetings|recommendations)/(?P<name>[\w-]+)"
)


@dataclass(frozen=True)
class Asked:
    """What became of the references in a form.

    Args:
        found: entries the writer may see, in the order they were typed.
        unknown: what was typed and is none, with the entries it may have meant.
    """

    found: Sequence[Named]
    unknown: Sequence[tuple[str, Sequence[Named]]]


def asked_entries(typed: str, *, reader: Member | None) -> Asked:
    """Find each of the references, entry numbers or addresses of pages in a list that people separated as they liked."""
    words = [word for word in dict.fromkeys(re.split(r"[\s,;،؛]+", typed)) if word][:AS_MANY]
    meant = {word: _meant(word) for word in words}
    known = find_entries(meant.values(), reader=reader)
    found = dict.fromkeys(known[said] for said in meant.values() if said in known)
    missing = [(word, nearest(said, reader=reader)) for word, said in meant.items() if said not in known]
    return Asked(list(found), missing)


def _meant(word: str) -> str:
    """The reference or number in what was typed, in capitals: of an address of ours, the part that names the entry."""
    if named := IN_ADDRESS.match(word):
        elsewhere = named["host"] and named["host"].casefold() != request.host.casefold()
        return "" if elsewhere else named["name"].upper()
    return in_our_digits(word).upper()
