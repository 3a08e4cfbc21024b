"""How much waits for whoever is looking, as the header of every page says it. The slice that knows says how to count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g

from forum.web.sharing.places import in_figures, now_making

NAME = "forum.waiting"


class Waiting:
    """The number as templates ask for it; a page that is shared leaves the same places open (see `Standpoint`)."""

    def __init__(self, count: int) -> None:
        self.count = count

    def has_notices(self) -> bool:
        return self.count > 0

    def notices(self) -> str:
        return in_figures(self.count)


def count_waiting() -> int:
    """How much waits for whoever asks; counted once for each request."""
    if "waiting" not in g:
        g.waiting = current_app.extensions[NAME]()
    return int(g.waiting)


def waiting() -> Any:
    """For templates: what waits, or the places where that will stand."""
    made = now_making()
    return made.open if made else Waiting(count_waiting())


def init_app(app: Flask, count: Callable[[], int]) -> None:
    """Let pages say how much waits.

    Args:
        count: of whoever is looking; 0 for visitors.
    """
    app.extensions[NAME] = count
    app.jinja_env.globals["notices_waiting"] = waiting
