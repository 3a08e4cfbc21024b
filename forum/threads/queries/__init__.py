"""Reading threads: always as somebody, never a row they may not see."""

from forum.community.belonging import all_groups, groups_to_post_in
from forum.threads.queries.answering import thread_to_answer
from forum.threads.queries.lists import Standing, Tag, ThreadRow, latest_threads, listed, threads_called
from forum.threads.queries.posts import (
    Filed,
    PostRow,
    Reading,
    draft_for,
    drafts_of,
    filed,
    get_post,
    get_thread,
    post_row,
    posts_in,
    quote_of,
    revisions_of,
)
from forum.threads.queries.standpoint import InThread, in_thread

__all__ = [
    "Filed",
    "InThread",
    "PostRow",
    "Reading",
    "Standing",
    "Tag",
    "ThreadRow",
    "all_groups",
    "draft_for",
    "drafts_of",
    "filed",
    "get_post",
    "get_thread",
    "groups_to_post_in",
    "in_thread",
    "latest_threads",
    "listed",
    "post_row",
    "posts_in",
    "quote_of",
    "revisions_of",
    "thread_to_answer",
    "threads_called",
]
