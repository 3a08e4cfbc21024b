"""Which language the pages of a file are in.

Enough to choose a stemmer and a voice by; a person who knows better says so for the whole file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from forum.kernel.languages import SCRIPTS, SURE, UNKNOWN, guess

#: What a person can say a file is in: the languages of the site, those told by guessing, and more of the world's.
CHOICES = (
    *("en", "es", "fr", "ar", "pt"),
    *("am", "bn", "de", "el", "fa", "ha", "he", "hi", "hy", "id", "it", "ja", "ka", "kk", "km", "ko", "ky", "lo", "mn"),
    *("my", "ne", "nl", "pl", "ps", "qu", "ro", "ru", "rw", "sq", "sr", "sv", "sw", "tg", "th", "tl", "tr", "uk", "ur"),
    *("uz", "vi", "zh"),
)
SAME_SCRIPT = {"fa": "ar", "ur": "ar", "ps": "ar", "uk": "ru", "bg": "ru", "sr": "ru", "ne": "hi", "ja": "zh"}


def languages_of(texts: Iterable[str], *, said: str | None = None) -> list[tuple[str, float]]:
    """The language of each page. Where a page is too short to tell, that of the file.

    Args:
        said: the language of the file, if somebody said it.
    """
    guessed = [(len(text), guess(text)) for text in texts]
    weight: Counter[str] = Counter()
    for length, (language, confidence) in guessed:
        weight[language] += int(length * confidence) if language != UNKNOWN else 0
    file = said or (weight.most_common(1)[0][0] if any(weight.values()) else UNKNOWN)
    return [(language, sure) if sure >= SURE else (file, sure) for _length, (language, sure) in guessed]


def may_be(language: str, guessed: str) -> bool:
    """Whether a text guessed to be in one language may be in this one instead: whoever cannot tell English from French
    can tell either from Arabic."""
    return guessed == UNKNOWN or script_of(language) == script_of(guessed)


def script_of(language: str) -> str:
    """A name for the script a language is written in, as far as guessing tells them apart."""
    return SAME_SCRIPT.get(language, language if language in SCRIPTS else "Latin")


def main_language(languages: Iterable[tuple[str, float]]) -> str | None:
    """The language most pages are in, if any is known."""
    known = Counter(language for language, _sure in languages if language != UNKNOWN)
    return known.most_common(1)[0][0] if known else None
