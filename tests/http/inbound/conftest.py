import pytest
from sqlalchemy import select

from forum.kernel.db import db
from forum.kernel.mail import Maildir, Office, Sender
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post


@pytest.fixture
def answered(app, tmp_path, monkeypatch):
    """A site that takes answers by mail."""
    chosen = Office(Sender("Forum", "forum@example.org"), Maildir(tmp_path / "out"), return_domain="reply.example.org")
    monkeypatch.setitem(app.extensions, "forum.mail", chosen)


@pytest.fixture
def address(answered, cast):
    """Where Bao answers Ana's thread."""
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    return Token(Purpose.ANSWER_POST, cast.bao.id, post.id)
