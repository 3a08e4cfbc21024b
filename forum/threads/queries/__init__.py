"""Reading threads: always as somebody, never a row they may not see."""

from forum.threads.queries.lists import Standing, Tag, ThreadRow, latest_threads

__all__ = ["Standing", "Tag", "ThreadRow", "latest_threads"]
