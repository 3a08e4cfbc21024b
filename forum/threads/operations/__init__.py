"""What members do in conversations. Web, mail, command line and import all come through here."""

from forum.threads.operations.drafts import Saved, discard_draft, save_draft
from forum.threads.operations.keeping import close, move, pin, reopen, retitle, unpin
from forum.threads.operations.reading import mark_read
from forum.threads.operations.rendering import rendered
from forum.threads.operations.writing import (
    delete_post,
    drop_quote,
    edit_post,
    is_told_why,
    open_thread,
    reply,
    restore_post,
)

__all__ = [
    "Saved",
    "close",
    "delete_post",
    "discard_draft",
    "drop_quote",
    "edit_post",
    "is_told_why",
    "mark_read",
    "move",
    "open_thread",
    "pin",
    "rendered",
    "reopen",
    "reply",
    "restore_post",
    "retitle",
    "save_draft",
    "unpin",
]
