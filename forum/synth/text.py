"""Invented member text: paragraphs rendered once by the real renderer, posts put together from them.

Markdown's blocks stand alone when a blank line parts them, so a post's HTML is the HTML of its paragraphs
one after the other (a test compares). Lists are kept apart: two in a row would become one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from forum.kernel.text import render
from forum.synth.words import LANGUAGES, SHARES

PARAGRAPHS_PER_LANGUAGE = 400


@dataclass(frozen=True)
class Paragraph:
    body: str
    html: str
    is_list: bool


class Writer:
    """Writes posts and titles in five languages.

    Args:
        random: where every choice comes from; the same state writes the same text.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.paragraphs = {
            language: [self._paragraph(language) for _ in range(PARAGRAPHS_PER_LANGUAGE)] for language in LANGUAGES
        }
        self._lengths = itertools.cycle(random.choices((1, 2, 3, 4, 8), weights=(40, 32, 18, 9, 1), k=9973))

    def language(self) -> str:
        return self.random.choices(list(SHARES), weights=list(SHARES.values()))[0]

    def sentence(self, language: str) -> str:
        words, pick = LANGUAGES[language], self.random.choice
        parts = (pick(words.openings), pick(words.actors), pick(words.deeds), pick(words.things), pick(words.ends))
        return " ".join(parts) + "."

    def title(self, language: str) -> str:
        words, pick = LANGUAGES[language], self.random.choice
        return pick((pick(words.topics), f"{pick(words.topics)}: {pick(words.things)}"))

    def post(self, language: str) -> tuple[str, str]:
        """Its Markdown and the HTML made from it."""
        known = self.paragraphs[language]
        at, length = self.random.randrange(len(known)), next(self._lengths)
        chosen = list(self._apart(known[(at + step) % len(known)] for step in range(length)))
        return "\n\n".join(p.body for p in chosen), "".join(p.html for p in chosen)

    @staticmethod
    def _apart(paragraphs: Iterator[Paragraph]) -> Iterator[Paragraph]:
        after_list = False
        for paragraph in paragraphs:
            if not (after_list and paragraph.is_list):
                yield paragraph
            after_list = paragraph.is_list

    def _paragraph(self, language: str) -> Paragraph:
        sentences = [self.sentence(language) for _ in range(self.random.choice((1, 2, 2, 3, 3, 4)))]
        shape = self.random.random()
        if shape < 0.07:
            body = "\n".join(f"- {sentence}" for sentence in sentences)
        elif shape < 0.14:
            body = "> " + " ".join(sentences)
        elif shape < 0.25:
            first, rest = sentences[0].split(" ", 1)
            link = f"https://example.org/{language}/{self.random.randrange(1000)}"
            body = f"**{first}** {rest} [{self.random.choice(LANGUAGES[language].things)}]({link})"
        else:
            body = " ".join(sentences)
        return Paragraph(body, render(body).html, is_list=shape < 0.07)
