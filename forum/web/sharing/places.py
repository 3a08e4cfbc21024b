"""What a template sees of a reader whose page will be shared: places that can be printed or settled, nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn, Protocol, TypeVar

from flask import Flask, Response, has_request_context, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from forum.kernel.errors import NotAlike, Personal
from forum.kernel.text import trusted

ENVIRON = "forum.sharing"  # where a request says that its page will be shared
MOST = 99  # told in figures
M = TypeVar("M", bound=Callable[..., Any])


class Person(Protocol):
    """What this package knows of somebody who asks."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def edition(self) -> str | None: ...
    @property
    def unread(self) -> int: ...


@dataclass(frozen=True)
class Asking:
    """Somebody who asks for a page.

    Args:
        session: what their session cookie says.
        language: of the page.
        sign: makes the token of a form from the one in the session.
    """

    person: Person
    session: Mapping[str, Any]
    language: str
    sign: Callable[[str], str]

    @cached_property
    def csrf_token(self) -> str:
        return self.sign(self.session["csrf_token"])


def place(*possible: Hashable, passing: bool = False) -> Callable[[M], M]:
    """Mark a method of a `Standpoint` as something a shared page may leave open for its reader.

    Args:
        possible: every answer it can give, where a template must `settle` on one of them; none for what is printed.
        passing: the page is the same page whatever the answer (a form's token).
    """

    def mark(method: M) -> M:
        method.place = Place(method.__name__, possible, passing)  # type: ignore[attr-defined]
        return method

    return mark


@dataclass(frozen=True)
class Place:
    name: str
    possible: Sequence[Hashable]
    passing: bool


class Standpoint:
    """Where one reader stands as regards a page: answers what the shared page leaves open. Each page has its own."""

    asking: Asking

    def told(self) -> Hashable:
        """All that its places are filled from, but for passing ones: the page is another one where this is something else."""
        person = self.asking.person
        return person.id, person.name, person.unread

    @place(passing=True)
    def csrf_token(self) -> str:
        return self.asking.csrf_token

    @place()
    def name(self) -> str:
        return self.asking.person.name

    @place(False, True)
    def has_notices(self) -> bool:
        return self.asking.person.unread > 0

    @place()
    def notices(self) -> str:
        """How many notices they have not read."""
        return in_figures(self.asking.person.unread)

    @place(False, True)
    def is_member(self, member_id: int | None) -> bool:
        """Whether the reader is this member."""
        return self.asking.person.id == member_id


def in_figures(count: int) -> str:
    """A number, as far as it is worth knowing."""
    return f"{MOST}+" if count > MOST else str(count)


class Opened:
    """Stands for a Standpoint while the shared page is made: every place of it is `Open`, and there is nothing else."""

    def __init__(self, kind: type[Standpoint]) -> None:
        self._kind = kind

    def __getattr__(self, name: str) -> Callable[..., Open]:
        found: Place | None = getattr(getattr(self._kind, name, None), "place", None)
        if found is None:
            raise Personal(f"{self._kind.__name__}.{name} is no @place, so a shared page cannot ask for it")
        return lambda *about: Open(found, about)


class Open:
    """One place. Print it with {{ }}, or give it to `settle`."""

    def __init__(self, place: Place, about: tuple[Any, ...] = ()) -> None:
        self.place, self.about = place, about

    def __html__(self) -> str:
        return making().mark(self)

    __str__ = __html__

    def _refuse(self, *_: Any) -> NoReturn:
        raise Personal(f"a shared page cannot know {self.place.name!r}: print it, or use `settle`")

    __bool__ = __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse  # type: ignore[assignment]
    __iter__ = __len__ = __add__ = __radd__ = __sub__ = __int__ = __contains__ = __hash__ = _refuse  # type: ignore[assignment]


@dataclass
class Making:
    """A shared page that is being made.

    Args:
        likeness: what all its readers have in common; `reader()` gives it meanwhile.
        standpoint: of the one who asked first. Views may take from it only what the key of the page says as well.
    """

    likeness: Any
    standpoint: Standpoint
    time_zone: str
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    opened: list[Open] = field(default_factory=list)
    failure: Exception | None = None

    @property
    def open(self) -> Any:
        """The places of the page's standpoint, all of them open."""
        return Opened(type(self.standpoint))

    def mark(self, place: Open) -> str:
        """What stands in the HTML where this place is."""
        self.opened.append(place)
        return self._sign("=", len(self.opened) - 1)

    def alternatives(self, place: Open, html: Callable[[Any], str]) -> Markup:
        """The HTML for every possible answer, one after the other."""
        if not place.place.possible:
            raise Personal(f"{place.place.name!r} has no list of possible answers to settle on")
        self.opened.append(place)
        number = len(self.opened) - 1
        each = [f"{html(answer)}{self._sign('|', number)}" for answer in place.place.possible]
        return trusted("".join((self._sign("?", number), *each)))  # made of what templates made

    def _sign(self, what: str, number: int) -> str:
        return f"\x1a{self.nonce}{what}{number}\x1a"


def now_making() -> Making | None:
    """The shared page this request makes, if it makes one."""
    return request.environ.get(ENVIRON) if has_request_context() else None


def making() -> Making:
    """The shared page this request makes.

    Raises:
        Personal: it makes none, so a place has nobody to be filled for.
    """
    found = now_making()
    if found is None:
        raise Personal("a place was left open on a page that is not shared")
    return found


def settle(value: Any, *, caller: Callable[[Any], str]) -> Any:
    """`{% call(answer) settle(value) %}…{% endcall %}`: the block for this answer.

    Where the page is shared and `value` an open place, the block for each answer it may have; one of them is sent.
    """
    return making().alternatives(value, caller) if isinstance(value, Open) else caller(value)


def csrf_token() -> Any:
    """The token for a form, or the place where it will stand."""
    made = now_making()
    return made.open.csrf_token() if made else generate_csrf()


def init_app(app: Flask) -> None:
    """Give templates their words, and let a page that cannot be shared say so to whoever wanted to share it."""
    app.jinja_env.globals["settle"] = settle
    app.jinja_env.tests["open_place"] = lambda value: isinstance(value, Open)
    app.context_processor(lambda: {"csrf_token": csrf_token})  # after Flask-WTF, which says its own in the same way

    @app.errorhandler(NotAlike)
    @app.errorhandler(Personal)
    def cannot_be_shared(error: Exception) -> Response:
        making().failure = error
        return Response(status=500)
