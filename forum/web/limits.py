"""How often somebody may try something. A route that is not decorated pays nothing.

`@limited("10 per minute")` counts what changes things (not GET) per member, or per address for visitors;
counts live in Redis when REDIS_URL is set, else in the memory of each process.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests

from forum.kernel import clock

V = TypeVar("V", bound=Callable[..., Any])
READING = frozenset({"GET", "HEAD", "OPTIONS"})


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


def _count(allowed: RateLimitItem, *what: str) -> None:
    limiter: Limiter = current_app.extensions["forum.limiter"]
    if limiter.enabled and not limiter.limiter.hit(allowed, *what):
        until = limiter.limiter.get_window_stats(allowed, *what).reset_time
        raise TooManyRequests(retry_after=max(1, math.ceil(until - clock.now().timestamp())))


def init_app(app: Flask, storage_url: str) -> None:
    """One limiter per app, kept by it: a shared one counts other apps' requests, a forgotten one is collected.

    Flask-Limiter would look at every request before and after it. Ours are counted where the decorator stands; being
    listed already, the limiter adds no hooks, and pages without the decorator pay nothing.
    """
    limiter = Limiter(get_remote_address, storage_uri=storage_url or "memory://", strategy="fixed-window")
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)
    app.extensions["forum.limiter"] = limiter
