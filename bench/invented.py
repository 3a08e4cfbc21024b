"""Invented documents with words as common as in real texts (Zipf), and questions in the ways people ask."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from forum.search.analysis import exact, stems
from forum.search.engine import Document
from forum.search.query import Phrase, Prefix, Query, Weaker, Word, parse

LANGUAGES = ("en", "es", "fr", "ar", "pt")
EVERYBODY = frozenset({"anyone", "members", "group:3", "group:7"})
PAGES_OF_A_FILE = 100
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
SYLLABLES = ("ka", "lo", "mer", "ti", "san", "ju", "ven", "per", "dra", "gul", "ne", "bos", "fi", "tor", "aq", "en")


class Invented:
    """Documents and questions, the same for the same seed.

    Args:
        documents: entries; a tenth of them are resources.
        pages: of files, spread over the first resources.
    """

    def __init__(self, documents: int, pages: int, seed: int = 1) -> None:
        self.documents, self.pages = documents, pages
        self.chance = random.Random(seed)
        longer = itertools.product(SYLLABLES, repeat=4)
        self.words = ["".join(word) for word in itertools.islice(longer, 60_000)]
        self.chance.shuffle(self.words)
        self.weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(self.words))))
        self.lines = {lang: [" ".join(sorted(stems(w, lang) | {exact(w)})) for w in self.words] for lang in LANGUAGES}
        self.numbers = range(len(self.words))
        self.halves: dict[str, list[str]] = {}  # of pages: put together by twos, since making each takes too long

    def text(self, length: int) -> list[int]:
        return self.chance.choices(self.numbers, cum_weights=self.weights, k=length)

    def all(self) -> Iterator[Document]:
        for n in range(self.documents):
            yield self.document(n)
        files = max(1, self.pages // PAGES_OF_A_FILE)
        for n in range(self.pages):
            yield self.page(n % files, n // files + 1)

    def document(self, n: int, words: int = 60) -> Document:
        language = LANGUAGES[n % 5] if n % 3 else "en"
        lines = self.lines[language]
        audience = {"anyone", "members", "moderators"} if n % 10 else {f"group:{n % 30}", "moderators"}
        kind = "resource" if n % 10 == 1 else ("post", "post", "thread", "recommendation")[n % 4]
        return Document(
            key=f"entry/{n}",
            kind=kind,
            language=language,
            title="\n".join(lines[w] for w in self.text(7)),
            body="\n".join(lines[w] for w in self.text(words)),
            names="",
            audience=frozenset(audience),
            facets=self.facets(n),
            within=(f"group/{n % 30}",),
            at=BEGINNING + timedelta(hours=n % 130_000),
        )

    def facets(self, n: int) -> dict[str, tuple[str, ...]]:
        return {
            "region": (f"region-{n % 9}",),
            "theme": (f"theme-{n % 12}", f"theme-{n % 7}"),
            "year": (str(2010 + n % 16),),
            "type": (f"type-{n % 8}",) if n % 10 == 1 else (),
            "publisher": (f"publisher-{n % 400}",) if n % 10 == 1 else (),
        }

    def half(self, language: str) -> str:
        if language not in self.halves:
            lines = self.lines[language]
            self.halves[language] = ["\n".join(lines[w] for w in self.text(125)) for _ in range(3_000)]
        return self.chance.choice(self.halves[language])

    def page(self, file: int, number: int) -> Document:
        n = 10 * file + 1
        language = "en" if file % 3 else LANGUAGES[file % 5]
        return Document(
            key=f"page/{file}/{number}",
            kind="resource",
            language=language,
            title="",
            body=f"{self.half(language)}\n{self.half(language)}",
            names="",
            audience=frozenset({"anyone", "members", "moderators"}),
            facets=self.facets(n),
            parent=f"entry/{n}",
            number=number,
            at=BEGINNING + timedelta(hours=n % 130_000),
        )

    # questions

    def common(self) -> str:
        return self.words[self.chance.randrange(5, 60)]

    def usual(self) -> str:
        return self.words[self.chance.randrange(60, 4_000)]

    def question(self, kind: str) -> Query:
        if kind == "common term":
            return parse(self.common(), LANGUAGES)
        if kind == "two terms":
            return parse(f"{self.common()} {self.usual()}", LANGUAGES)
        if kind == "phrase":
            return Query(((Phrase(tuple(exact(self.chance.choice(self.words[:40])) for _ in range(3))),),))
        if kind == "prefix":
            return Query(((Prefix(self.usual()[:4]),),))
        if kind == "expanded":
            added = [Word(exact(w), stems(w, lang)) for lang in LANGUAGES for w in (self.usual(), self.usual())]
            typed = parse(self.usual(), LANGUAGES).clauses[0]
            return Query((typed + tuple(Weaker(word, 0.4) for word in added),))
        return parse(self.usual(), LANGUAGES)
