"""How often somebody may try something. What is not limited pays nothing.

`@limited("10 per minute")` counts what changes things (not GET) per member, or per address for visitors; `at_most`
counts inside a view, where a form may also be looked at first. Counts live in Redis when REDIS_URL is set, else in the
memory of each process. Limits are generous for people: they are there for scripts and stuck keys.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request, session
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from forum.kernel import clock

V = TypeVar("V", bound=Callable[..., Any])
READING = frozenset({"GET", "HEAD", "OPTIONS"})

#: Nobody types twenty texts in a minute, not even whoever copies the minutes of a meeting into a thread.
WRITING = ("20 per minute", "300 per hour")
#: A room full of people may share one address, and each filter clicked is a search.
SEARCHING = "120 per minute"


@dataclass(frozen=True)
class Counts:
    """Who tried what how often, for one app."""

    windows: FixedWindowRateLimiter
    kept: bool  # whether limits hold at all


def address() -> str:
    """The machine that asks, as far as our reverse proxies can say."""
    return request.remote_addr or "?"


def person() -> str:
    """The member that asks, or the machine of a visitor."""
    return str(session.get("_user_id") or address())


def limited(often: str, *, per: Callable[[], str] = person, reading_too: bool = False) -> Callable[[V], V]:
    """Let a view be asked only so often; more is answered with 429 and when to come back.

    Args:
        often: such as "10 per minute" or "5 per hour" (https://limits.readthedocs.io).
        per: whose attempts are counted together; an empty answer is not counted.
        reading_too: count GET as well, for costly pages such as the search.
    """
    allowed = parse(often)

    def decorate(view: V) -> V:
        name = f"{view.__module__}.{view.__qualname__}:{per.__name__}"

        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if (reading_too or request.method not in READING) and (who := per()):
                _count(allowed, name, who)
            return view(*args, **kwargs)

        return cast("V", counted)

    return decorate


def at_most(often: tuple[str, ...], deed: str) -> None:
    """Count a deed of whoever asks, now that it is about to be done.

    Args:
        often: every one of these holds.
        deed: what is counted together, in whichever views it is done.

    Raises:
        TooManyRequests: it was done too often. The page says when to come back, and shows what was typed.
    """
    for limit in often:
        _count(_parsed(limit), deed, person())


_parsed = lru_cache(parse)


def _count(allowed: RateLimitItem, *what: str) -> None:
    counts: Counts = current_app.extensions["forum.limits"]
    if counts.kept and not counts.windows.hit(allowed, *what):
        until = counts.windows.get_window_stats(allowed, *what).reset_time
        raise TooManyRequests(retry_after=max(1, math.ceil(until - clock.now().timestamp())))


def init_app(app: Flask, storage_url: str, *, kept: bool = True) -> None:
    """Counts of its own for each app: shared ones would count other apps' requests.

    Args:
        kept: False for a site that is being measured (see FORUM_RATE_LIMITS).
    """
    storage: Any = storage_from_string(storage_url or "memory://")
    app.extensions["forum.limits"] = Counts(FixedWindowRateLimiter(storage), kept)
