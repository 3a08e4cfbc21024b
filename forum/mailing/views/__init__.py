"""Pages about what became of mail."""

from forum.mailing.views import desk, mine, received
from forum.mailing.views.blueprint import bp

__all__ = ["bp", "desk", "mine", "received"]
