"""Pages about what became of mail."""

from forum.mailing.views import mine
from forum.mailing.views.blueprint import bp

__all__ = ["bp", "mine"]
