"""The processes that serve: web workers, the worker that keeps promises, and one that looks after them all."""

from forum.serving.keeper import Web, listen

__all__ = ["Web", "listen"]
