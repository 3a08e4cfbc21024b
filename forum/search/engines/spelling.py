"""Words that are spelled nearly like another, for engines that cannot find them by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from forum.search.analysis import EXACT

SHORTEST, LONGEST = 4, 30  # letters of a word for which another spelling is looked for
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FAR = 5  # letters up to which a word two slips away is another word
MOST_NEAR = 5_000  # words with the same beginning that are compared with one that was misspelled
MOST_TRIED = 5


def nearest(
    word: str,
    counted: Callable[[Iterable[str]], Mapping[str, int]],
    begins_so: Callable[[str, int], Iterable[tuple[str, int]]],
) -> list[str]:
    """The tokens of words spelled nearly so, one slip away or else two, the commonest first.

    Args:
        counted: in how many documents each of these tokens is, without those that are in none.
        begins_so: tokens that may be meant by a word (those with its first two letters, say), at most so many, and
            in how many documents each is.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return []
    near = dict(counted(EXACT + other for other in one_slip_from(word)))
    if not near and len(word) > FAR:
        candidates = begins_so(word, MOST_NEAR)
        near = {token: n for token, n in candidates if within_two_slips(word, token.removeprefix(EXACT))}
    near.pop(EXACT + word, None)
    return sorted(near, key=lambda token: (-near[token], token))[:MOST_TRIED]


def one_slip_from(word: str, letters: Iterable[str] = LETTERS) -> set[str]:
    """All spellings that are one slip away; the first letter stays, which is the one people get right.

    Args:
        letters: those that may have been meant; the word's own are always among them.
    """
    alphabet = {*letters, *word} if word.isascii() else set(word)
    made = set()
    for i in range(1, len(word) + 1):
        before, after = word[:i], word[i:]
        made |= {f"{before}{letter}{after}" for letter in alphabet}
        if after:
            made.add(before + after[1:])
            made |= {f"{before}{letter}{after[1:]}" for letter in alphabet}
        if len(after) > 1:
            made.add(f"{before}{after[1]}{after[0]}{after[2:]}")
    return made - {word}


def within_two_slips(word: str, other: str) -> bool:
    """Whether two letters changed, added, lost or swapped lead from one word to the other."""
    if abs(len(word) - len(other)) > 2:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        row, before, above = [i], row, before
        for j, there in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == there:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return False
    return row[-1] <= 2
