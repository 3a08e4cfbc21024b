"""The field "about": references people typed, made into entries, with the nearest for those nobody knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forum.accounts.models import Member
from forum.catalogue.queries import find_entries, nearest
from forum.entries.titles import Named

#: What is about more than this is about nothing.
AS_MANY = 12


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
    """Find each of the references (or entry numbers) in a list that people separated as they liked."""
    words = list(dict.fromkeys(re.split(r"[\s,;]+", typed.strip())))[:AS_MANY]
    known = find_entries([w for w in words if w], reader=reader)
    found = [known[w.upper()] for w in words if w.upper() in known]
    missing = [(w, nearest(w, reader=reader)) for w in words if w and w.upper() not in known]
    return Asked(found, missing)
