"""Pages of the library."""

from forum.library.views import editing, files, sharing, showing, suggesting, tying  # noqa: F401  (routes register themselves)
from forum.library.views.blueprint import bp

__all__ = ["bp"]
