"""Pages that gather from everywhere."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from forum.web.hypermedia import page

bp = Blueprint("home", __name__)


@bp.get("/")
def show() -> ResponseReturnValue:
    return page("home/show.html")
