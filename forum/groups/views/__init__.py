"""Pages of groups, of the people in them, and of how they are arranged."""

from forum.groups.views import groups, people, settings
from forum.groups.views.blueprint import bp

__all__ = ["bp", "groups", "people", "settings"]
