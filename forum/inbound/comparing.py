"""What we sent, to recognise it when it comes back: re-wrapped, without marks, or made from the HTML part."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

RUN = 3  # words that follow each other
PLACES = 6  # of one run that are remembered; more tell nothing
SKIPPED = 4  # words between two lines that a mail program may have left out
ADDRESS = re.compile(r"https?://\S+|<https?:[^>\s]*>?")
WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: without case, marks and addresses of pages."""
    return WORD.findall(ADDRESS.sub(" ", unicodedata.normalize("NFKC", text)).casefold())


class Sent:
    """The words of a mail of ours, and where each run of them stands. Falsy where nothing is known of it.

    Args:
        texts: its parts.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.words: list[str] = []
        self.addresses: set[str] = set()
        self._runs: dict[tuple[str, ...], list[int]] = {}
        for text in texts:
            self.words += [*words_of(text), "\n"]  # no run goes from one part into the next
            self.addresses.update(address.strip("<>") for address in ADDRESS.findall(text))
        for at in range(len(self.words) - RUN + 1):
            places = self._runs.setdefault(tuple(self.words[at : at + RUN]), [])
            if len(places) < PLACES:
                places.append(at)

    def __bool__(self) -> bool:
        return bool(self.words)

    def share(self, words: Sequence[str]) -> float:
        """How much of these words, in runs, we sent; 0 where they are too few to tell."""
        runs = [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]
        return sum(run in self._runs for run in runs) / len(runs) if runs else 0.0

    def after(self, words: Sequence[str], at: int) -> int:
        """Where we are in it once these words were said: the nearest place that fits, from `at` on if there is one."""
        if len(words) < RUN:
            found = self.next(words, at)
            return at if found < 0 else found
        for end in range(len(words), RUN - 1, -1):
            if places := self._runs.get(tuple(words[end - RUN : end])):
                return next((place for place in places if place >= at), places[0]) + RUN
        return at

    def next(self, words: Sequence[str], at: int) -> int:
        """Where these few words end, if they are the next ones from `at`; -1 if they are not."""
        size = len(words)
        starts = (at + skip for skip in range(SKIPPED + 1))
        return next((start + size for start in starts if self.words[start : start + size] == list(words)), -1)

    def has_address(self, line: str) -> bool:
        found = [address.strip("<>") for address in ADDRESS.findall(line)]
        return bool(found) and all(address in self.addresses for address in found)
