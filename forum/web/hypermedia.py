"""How a page answers: whole to a browser, in part to htmx, from the same view, template and context."""

from typing import Any

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue


def wants_fragment() -> bool:
    """True when htmx asks for a part of the page it is already showing."""
    headers = request.headers
    return "HX-Request" in headers and "HX-Boosted" not in headers and "HX-History-Restore-Request" not in headers


def page(template: str, *, fragment: str = "main", status: int = 200, **context: Any) -> ResponseReturnValue:
    """The page; or, to htmx, the one block of it that this URL stands for.

    Args:
        template: path below `templates/`.
        fragment: name of the block, which is also the DOM id of its outermost element.
        status: 200, or 422 for a form that came back with errors.
        context: what the template needs; give costly values as callables.
    """
    if not wants_fragment():
        return render_template(template, **context), status
    found = current_app.jinja_env.get_template(template)
    current_app.update_template_context(context)
    return "".join(found.blocks[fragment](found.new_context(context))), status


def see_other(url: str) -> ResponseReturnValue:
    """After a deed: go and look there. Reloading it is harmless. (RFC 9110, 15.4.4)"""
    return redirect(url, 303)
