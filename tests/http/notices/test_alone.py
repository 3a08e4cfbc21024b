"""/u/<token>: the one post a mail told of, for its member, without signing in."""

from datetime import timedelta

import pytest

from forum.kernel import clock
from forum.kernel.db import db
from forum.notices.models import Notice
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import ReadMark
from tests import make


def look(as_, who, post):
    return as_(None).get(f"/u/{Token(Purpose.SEE_POST, who.id, post.id)}")


def test_it_shows_the_post_to_who_bears_the_link_and_writes_nothing(as_, cast):
    post = cast.thread.posts[0]
    answer = look(as_, cast.bao, post)
    assert answer.status_code == 200 and "Water in custody" in answer.text and "measure" in answer.text
    assert "You see this as Bao" in answer.text and "noindex" in answer.text
    assert "no-store" in answer.headers["Cache-Control"] and answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Sign in" in answer.text  # nobody is signed in by it
    assert not db.session.scalars(db.select(ReadMark)).all() and not db.session.scalars(db.select(Notice)).all()


def test_words_of_a_private_group_wait_for_who_signs_in(as_, cast):
    make.membership(cast.bao, cast.closed_group)
    db.session.commit()
    answer = look(as_, cast.bao, cast.closed_thread.posts[0])
    assert answer.status_code == 200 and "MARKER-PRIVATE" not in answer.text and "Between us" in answer.text


@pytest.mark.parametrize("name", ["bao", "dora", "youssef"])
def test_what_its_member_may_not_see_is_not_there(as_, cast, name):
    answer = look(as_, getattr(cast, name), cast.closed_thread.posts[0])
    assert answer.status_code == 404 and "Between us" not in answer.text


GONE = {
    "hidden": lambda cast, post: setattr(post, "hidden_at", clock.now()),
    "deleted": lambda cast, post: setattr(post, "deleted_at", clock.now()),
    "its thread hidden": lambda cast, post: setattr(cast.thread, "hidden_at", clock.now()),
    "old": lambda cast, post: setattr(post, "created_at", clock.now() - timedelta(days=61)),
    "suspended": lambda cast, post: setattr(cast.bao, "suspended_until", clock.now() + timedelta(days=1)),
}


@pytest.mark.parametrize("happens", GONE.values(), ids=GONE.keys())
def test_it_ends(as_, cast, happens):
    post = cast.thread.posts[0]
    happens(cast, post)
    db.session.commit()
    assert look(as_, cast.bao, post).status_code == 404


def test_a_token_for_something_else_or_by_somebody_else_shows_nothing(as_, cast):
    post = cast.thread.posts[0]
    for token in (Token(Purpose.ANSWER_POST, cast.bao.id, post.id), "abc", "x" * 200):
        assert as_(None).get(f"/u/{token}").status_code == 404
    assert look(as_, cast.bao, cast.thread).status_code == 404  # no post
