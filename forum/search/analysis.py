"""From words to tokens: the one place that decides which spellings and forms count as the same word.

A text becomes a list of places, each holding the tokens that match there: the exact word (folded: case, accents,
Arabic letter forms), marked with `=`, and its stems in the text's language, marked with that. Queries go through the same functions,
so every engine matches alike. Stemmers and stop words are Whoosh's (Snowball); only Arabic is stemmed by ourselves,
lightly, because Whoosh's ISRI reduces words to roots that join unrelated ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from whoosh.lang import NoStemmer, NoStopWords, stemmer_for_language, stopwords_for_language

EXACT = "="
LONGEST_WORD = 60
LONGEST_ADDRESS = 240  # what is typed is cut too
WEB_ADDRESS = re.compile(
    r"(?P<scheme>https?://)?(?P<www>www\.)?(?P<host>[^\s/?#@:.]+(?:\.[^\s/?#@:.]+)+(?::\d+)?)(?P<rest>[/?#]\S*|)",
    re.IGNORECASE,
)
#: A DOI by itself, and its resolvers old and new. https://www.doi.org/doi-handbook/HTML/
DOI = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:)?(?P<doi>10\.\d{4,9}/\S+)", re.IGNORECASE)
WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "þ": "th", "ð": "d"})
ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ـ": None, "ک": "ك", "ی": "ي", "ٱ": "ا"})
ARTICLE = "ال"
ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "ولل", "ال", "لل", "و")
ARABIC_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "هم", "ه", "ي")
ARABIC_STOPS = frozenset(
    [
        "في",
        "من",
        "على",
        "الى",
        "عن",
        "ان",
        "او",
        "هذا",
        "هذه",
        "ما",
        "لا",
        "مع",
        "كل",
        "التي",
        "الذي",
        "هو",
        "هي",
        "تم",
        "قد",
        "كان",
        "و",
    ]
)


@cache
def word_pattern() -> re.Pattern[str]:
    """Letters, digits and the marks that combine with them (which \\w leaves out, cutting Thai and Hindi words)."""
    marks = (chr(c) for c in range(0x300, 0xFE30) if unicodedata.category(chr(c)).startswith("M"))
    return re.compile(rf"(?:[^\W_]|[{''.join(marks)}ـ])+")


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word without case, accents, Arabic vowel signs and letter variants; digits of every script as 0–9."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    kept = "".join(c for c in apart if not ("\u0300" <= c <= "\u036f" or "\u0591" <= c <= "\u05c7" or _arabic_mark(c)))
    kept = unicodedata.normalize("NFC", kept).translate(LETTERS).translate(ARABIC)
    if not kept.isascii():
        kept = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)
    return kept[:LONGEST_WORD]


def _arabic_mark(c: str) -> bool:
    return "\u064b" <= c <= "\u065f" or c == "\u0670" or "\u06d6" <= c <= "\u06ed"


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of a text with where it starts and ends; scripts without spaces in overlapping pairs of letters."""
    for found in word_pattern().finditer(text):
        word, start = found.group(), found.start()
        if not WITHOUT_SPACES.search(word):
            yield word, start, found.end()
            continue
        done = 0
        for run in WITHOUT_SPACES.finditer(word):
            if run.start() > done:
                yield word[done : run.start()], start + done, start + run.start()
            letters = run.group()
            for i in range(max(1, len(letters) - 1)):
                yield letters[i : i + 2], start + run.start() + i, start + run.start() + min(i + 2, len(letters))
            done = run.end()
        if done < len(word):
            yield word[done:], start + done, found.end()


def exact(word: str) -> str:
    """The token of a word as it is written."""
    return EXACT + fold(word)


def address(text: str) -> str:
    """The token of a web address, the same with http or https, www or a slash at the end; "" where a text is none. A DOI is the
    address it leads from.

    No word begins as it does, so that it is neither suggested nor found by a star.
    """
    found = WEB_ADDRESS.fullmatch(resolved(text))
    if not found or not (found["scheme"] or found["www"] or found["rest"]):
        return ""  # "reports.pdf" is a name
    host_and_rest = f"{found['host']}{found['rest']}".partition("#")[0]
    return f"{EXACT}//{host_and_rest.casefold()[:LONGEST_ADDRESS].rstrip('/.,;:)]>')}"


def resolved(text: str) -> str:
    """The web address of a DOI, however it was written; anything else as it is."""
    found = DOI.fullmatch(text)
    return f"https://doi.org/{found['doi']}" if found else text


@lru_cache(maxsize=30_000)
def stems(word: str, language: str) -> frozenset[str]:
    """The stems of a word: as it is written and without its accents, since people leave accents out.

    Each names its language ("fr_priv"), so that a French stem never meets an English word that looks like it.
    """
    spoken = language.split("-")[0].lower()
    # names and titles in English are common in texts that are marked as Arabic
    stem = stemmer("en" if spoken == "ar" and word.isascii() else spoken)
    lower = word.casefold()[:LONGEST_WORD]
    return frozenset(f"{spoken}_{found}" for found in (fold(stem(lower)), fold(stem(fold(word)))) if found)


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """The stemming function of a language; one that changes nothing where there is none."""
    if language == "ar":
        return light_arabic
    try:
        found: Callable[[str], str] = stemmer_for_language(language)
    except NoStemmer:
        return str
    return found


def light_arabic(word: str) -> str:
    """An Arabic word without its article, one-letter conjunction and commonest endings."""
    word = fold(word)
    for prefix in ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            word = word[len(prefix) :]
            break
    for suffix in ARABIC_SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def with_articles(start: str) -> tuple[str, ...]:
    """The ways words begin that begin so: in Arabic an article or a conjunction is written as part of the word.

    Args:
        start: folded; "طفل" is found in «الطفل» too, and «الطفل» in «والطفل».
    """
    if not ("\u0621" <= start[:1] <= "\u064a"):
        return (start,)
    if start.startswith(ARTICLE) and len(start) - len(ARTICLE) >= 3:
        return (start, *(prefix.removesuffix(ARTICLE) + start for prefix in ARABIC_PREFIXES if prefix[1:] == ARTICLE))
    return (start, *(prefix + start for prefix in ARABIC_PREFIXES))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Folded words too common to ask for by themselves. They are indexed, so that phrases keep them."""
    if language == "ar":
        return frozenset(map(fold, ARABIC_STOPS))
    try:
        return frozenset(map(fold, stopwords_for_language(language)))
    except NoStopWords:
        return frozenset()


def places(text: str, language: str) -> Iterator[frozenset[str]]:
    """What matches at each place of a text, in order."""
    for word, _start, _end in words(text):
        yield stems(word, language) | {exact(word)}


def analysed(text: str, language: str) -> str:
    """A text as engines store it: places by line, the tokens of a place by space."""
    return "\n".join(" ".join(sorted(place)) for place in places(text, language))
