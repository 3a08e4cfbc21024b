"""Who is asking, and the wall before what only members may do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import quote, urlsplit

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from forum.accounts.models import Member
from forum.web.hypermedia import see_other
from forum.web.sharing.places import now_making

P = ParamSpec("P")


def reader() -> Member | None:
    """Whoever is looking: a member who may take part, or None for a visitor.

    While a page is made that members share, what they have in common takes the member's place: it can do what a page
    needs and raises at everything else, so the few views of such pages look at it closely, and nobody else has to.
    """
    made = now_making()
    if made is not None:
        alike: Any = made.likeness
        return alike
    asking = current_user
    return asking._get_current_object() if asking.is_authenticated else None


def is_reader(member_id: int | None) -> Any:
    """Whether whoever is looking is this member; an open place on a page that members share."""
    if made := now_making():
        return made.open.is_member(member_id)
    asking = reader()
    return asking is not None and asking.id == member_id


def member() -> Member:
    """The signed-in member; only behind @sign_in_required."""
    asking = reader()
    assert asking is not None, "a view that calls member() stands behind @sign_in_required"
    return asking


def sign_in_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let members in; send visitors to sign in and, afterwards, back to the page they were on."""

    @wraps(view)
    def behind_the_wall(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if reader() is None:
            return see_other(f"/sign-in?next={quote(page_to_return_to(), safe='/')}")
        return view(*args, **kwargs)

    return behind_the_wall


def page_to_return_to() -> str:
    """The path of the page the person is looking at. A form's own address may answer to POST only."""
    if request.method in ("GET", "HEAD") and "HX-Request" not in request.headers:
        return request.full_path.rstrip("?")
    seen = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if seen.netloc != request.host:
        return "/"
    return seen.path + (f"?{seen.query}" if seen.query else "")
