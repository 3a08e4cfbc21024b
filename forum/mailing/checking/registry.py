"""What a check is, and the list of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forum.mailing.checking.taken import House, Taken

#: Says what is wrong, as a piece of the mail or a figure; nothing when it is right.
Look = Callable[[Taken, House], str]


@dataclass(frozen=True)
class Check:
    """One rule.

    Args:
        title: what it asks for, in the reader's language when it is shown.
        rule: where it is written down.
    """

    name: str
    title: str
    rule: str
    look: Look


@dataclass(frozen=True)
class Finding:
    """What one check says of one mail."""

    check: Check
    wrong: str

    @property
    def is_right(self) -> bool:
        return not self.wrong


CHECKS: list[Check] = []


def check(title: str, rule: str) -> Callable[[Look], Look]:
    """Register a check; its name is the function's."""

    def register(look: Look) -> Look:
        CHECKS.append(Check(look.__name__, title, rule, look))
        return look

    return register
