"""What the worker does for mail that comes in: loaded by the application, so that its lane and its clockwork are known."""

from forum.inbound import lane, listening, mailbox

__all__ = ["lane", "listening", "mailbox"]
