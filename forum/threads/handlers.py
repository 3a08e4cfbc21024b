"""What is done about conversations by and by: old drafts forgotten, old renderings renewed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.jobs import every
from forum.kernel.text import RENDERED_BY
from forum.threads.models import Draft, Post
from forum.threads.operations import rendered
from forum.threads.operations.drafts import KEPT_FOR

#: A long post takes up to 16 ms, and nobody should wait a second for SQLite's one write lock.
AS_MANY = 100


@every(timedelta(days=1))
def forget_old_drafts() -> None:
    """Nobody came back to them."""
    old = delete(Draft).where(Draft.saved_at < clock.now() - KEPT_FOR)
    db.session.execute(old.execution_options(synchronize_session=False))


@every(timedelta(minutes=5))
def render_anew() -> None:
    """After a release that renders otherwise: some of the posts that an older recipe made, until none is left."""
    old = select(Post).where(Post.rendered_by != RENDERED_BY, Post.deleted_at.is_(None)).limit(AS_MANY)
    for post in db.session.scalars(old):
        post.html, post.rendered_by = rendered(post.body).html, RENDERED_BY
        post.thread.touch()
