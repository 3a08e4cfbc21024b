"""A post as a quotation in another."""

from __future__ import annotations


def quoted(words: str, *, handle: str | None, number: int, thread_id: int) -> str:
    """A post's Markdown as a quotation in a reply, with who said it and where."""
    who = f"@{handle} " if handle else ""
    lines = [f"{who}[#{number}](/threads/{thread_id}/posts/{number}):", *words.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
