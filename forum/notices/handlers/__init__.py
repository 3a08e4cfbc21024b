"""What the worker does after a deed: tell whom it concerns, on the site and, where they want that, by mail at once."""

from forum.notices.handlers import at_once, conversations, keeping, moderation, people, suggestions

__all__ = ["at_once", "conversations", "keeping", "moderation", "people", "suggestions"]
