"""The lists that can be taken along: each reads with the very query its page reads with, for the same reader."""

from __future__ import annotations

from collections.abc import Mapping

from forum.exports.lists.entries import ENTRIES, of_collection, of_group
from forum.exports.lists.listing import Listing, Pages
from forum.exports.lists.people import DIRECTORY, PLACES, of_people_in
from forum.exports.lists.words import WORDS, of_citing

#: Those anybody may open, each at the address of its page.
LISTS: Mapping[str, Listing] = {**ENTRIES, **PLACES, **WORDS}

__all__ = ["DIRECTORY", "LISTS", "Listing", "Pages", "of_citing", "of_collection", "of_group", "of_people_in"]
