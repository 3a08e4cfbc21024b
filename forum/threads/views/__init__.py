"""Pages of conversations."""

from forum.threads.views import drafts, keeping, lists, posts, starting, thread  # noqa: F401  (each adds its pages)
from forum.threads.views.blueprint import bp

__all__ = ["bp"]
