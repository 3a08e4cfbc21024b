"""The order people look words up in: as a dictionary has them, not as their bytes compare."""

from __future__ import annotations

import unicodedata


def looked_up(text: str) -> str:
    """Letters as they are looked up: no case, no accents, no Arabic article. "Éthiopie" stands before "France"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return bare.removeprefix("ال")
