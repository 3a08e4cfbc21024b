"""Markdown as it sounds when read aloud: for indexing and for excerpts, where a stray asterisk is only noise."""

import re
import unicodedata

LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*\)")
MARKS = re.compile(
    r"(?m)^\s{0,3}(?:#{1,6}\s|>+\s?|[-*+]\s|`{3,}.*$)"  # headings, quotations, lists, fences
    r"|(?<!\w)[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}(?!\w)"  # emphasis and code, but not snake_case or 2*3
)


def plain(markdown: str) -> str:
    """The words of a Markdown text, without its marks and link targets."""
    return MARKS.sub("", LINK.sub(r"\1", markdown))


def slug_of(words: str) -> str:
    """Words as a part of an address: "Ana María Quispe" gives "ana-maria-quispe"; "" where no Latin letter is left."""
    latin = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
