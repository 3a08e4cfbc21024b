"""What a thread says about its posts is what its posts say, whatever happened to them."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.kernel.db import db
from forum.kernel.errors import DomainError
from forum.threads.models import Post
from forum.threads.operations import close, delete_post, edit_post, open_thread, reopen, reply, restore_post
from tests import make

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["reply", "edit", "delete", "restore", "close", "reopen"]), st.integers(0, 2), st.integers(0, 9)
    ),
    max_size=15,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_counters_equal_the_facts(app, deeds):
    try:
        cast = make.cast()
        people = [cast.ana, cast.bao, cast.chidi]
        thread = open_thread(cast.andes_group, title="T", body="First.", by=cast.bao)
        for deed, who, which in deeds:
            posts = db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number)).all()
            post, by, version = posts[which % len(posts)], people[who], thread.version
            try:
                {
                    "reply": lambda by=by, which=which: reply(thread, body=f"Say {which}.", by=by),
                    "edit": lambda by=by, which=which, post=post: edit_post(post, body=f"Rather {which}.", by=by),
                    "delete": lambda by=by, post=post: delete_post(post, by=by, reason="It named a child."),
                    "restore": lambda by=by, post=post: restore_post(post, by=by),
                    "close": lambda by=by: close(thread, by=by),
                    "reopen": lambda by=by: reopen(thread, by=by),
                }[deed]()
            except DomainError:
                assert thread.version == version, "what was refused left no trace"
            db.session.flush()
            db.session.expire_all()
            facts = db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number)).all()
            assert [p.number for p in facts] == list(range(1, thread.post_count + 1))
            speaking = [p for p in facts if not p.is_deleted]
            assert thread.last_poster_id == (speaking[-1].author_id if speaking else None)
            assert thread.active_at == (speaking[-1].created_at if speaking else thread.created_at)
            assert all((p.html == "") == p.is_deleted for p in facts)
    finally:
        db.session.rollback()
