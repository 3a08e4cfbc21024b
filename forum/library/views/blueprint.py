"""The library's blueprint, and the words its templates use."""

from flask import Blueprint

from forum.library import words

bp = Blueprint("library", __name__)


@bp.app_context_processor
def vocabulary() -> dict[str, object]:
    return {"library_words": words}
