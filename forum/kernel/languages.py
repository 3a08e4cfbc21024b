"""Which language a text is in: told by its script, and among Latin ones by the small words every sentence has."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from whoosh.lang import stopwords_for_language

#: A guess below this gives way to what the rest of the file is.
SURE = 0.5
LOOKED_AT = 6000  # characters
ENOUGH_WORDS = 8
UNKNOWN = "und"  # BCP 47, as ISO 639-2 has it
SCRIPTS = {
    "ar": re.compile(r"[\u0600-\u06ff\u0750-\u077f]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "lo": re.compile(r"[\u0e80-\u0eff]"),
    "km": re.compile(r"[\u1780-\u17ff]"),
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
}
LATIN = ("en", "es", "fr", "pt", "de", "it", "nl", "sv")
WORD = re.compile(r"[^\W\d_]+")


def guess(text: str) -> tuple[str, float]:
    """The language of a text as a BCP 47 tag, and how sure that is, from 0 (nothing known) to 1."""
    sample = text[:LOOKED_AT]
    letters = sum(map(len, WORD.findall(sample)))
    if not letters:
        return UNKNOWN, 0.0
    if sample.isascii():
        return _by_small_words(sample)
    shares = {code: len(script.findall(sample)) / letters for code, script in SCRIPTS.items()}
    if shares["ja"] > 0.05:
        return "ja", min(1.0, shares["ja"] + shares["zh"])
    best = max(shares, key=lambda code: shares[code])
    return (best, min(1.0, shares[best])) if shares[best] > 0.5 else _by_small_words(sample)


def _by_small_words(sample: str) -> tuple[str, float]:
    words, small = [word.casefold() for word in WORD.findall(sample)], _small_words()
    hits = Counter(dict.fromkeys(LATIN, 0))
    for word in words:
        hits.update(small.get(word, ()))
    (first, most), (_second, next_) = hits.most_common(2)
    if not most:
        return UNKNOWN, 0.0
    lead = (most - next_) / most
    return first, round(min(1.0, lead * 2) * min(1.0, len(words) / ENOUGH_WORDS), 3)


@cache
def _small_words() -> dict[str, tuple[str, ...]]:
    """The languages that have each small word."""
    found: dict[str, tuple[str, ...]] = {}
    for code in LATIN:
        for word in stopwords_for_language(code):
            found[word] = (*found.get(word, ()), code)
    return found
