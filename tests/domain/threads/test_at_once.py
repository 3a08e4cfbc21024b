"""Several people at the same moment: numbers stay dense, a double click does once what it does."""

import threading
from dataclasses import replace

from sqlalchemy import select

from forum.accounts.models import Member
from forum.collections.models import Collection
from forum.collections.operations import make_collection
from forum.community.models import Group
from forum.entries.models import Visibility
from forum.kernel.db import begin_mode, db
from forum.library.models import Resource, SuggestedEdit
from forum.library.operations.describing import described, from_words
from forum.library.operations.suggesting import suggest
from forum.threads.models import Draft, Post, Thread
from forum.threads.operations import open_thread, reply, save_draft
from forum.threads.queries import thread_to_answer
from tests import make


def at_once(app, *deeds):
    """Run each deed in a unit of work of its own, all at the same moment; returns what went wrong."""
    ready, wrong = threading.Barrier(len(deeds)), []

    def run(deed):
        with app.app_context():
            begin_mode.set("immediate")
            try:
                ready.wait(10)
                deed()
                db.session.commit()
            except Exception as error:  # for the assertion of the test
                db.session.rollback()
                wrong.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    return wrong


def test_replies_at_the_same_moment_get_different_numbers(app, cast):
    thread_id, people = cast.thread.id, [cast.ana.id, cast.bao.id, cast.chidi.id]
    db.session.commit()

    def answer(who):
        return lambda: [
            reply(db.session.get(Thread, thread_id), body=f"{n}", by=db.session.get(Member, who))
            and db.session.commit()
            for n in range(5)
        ]

    assert at_once(app, *map(answer, people)) == []
    db.session.expire_all()
    numbers = db.session.scalars(select(Post.number).where(Post.thread_id == thread_id).order_by(Post.number)).all()
    assert numbers == list(range(1, 17)) and db.session.get(Thread, thread_id).post_count == 16
    db.session.commit()


def test_so_do_those_that_hold_the_thread_from_the_moment_they_ask_for_it(app, cast):
    thread_id, people = cast.thread.id, [cast.ana.id, cast.bao.id, cast.chidi.id]
    db.session.commit()

    def answer(who):
        def deed():
            for n in range(5):
                by = db.session.get(Member, who)
                answering = thread_to_answer(thread_id, reader=by)
                reply(answering.thread, body=f"{n}", by=by)
                db.session.commit()
                db.session.expunge_all()

        return deed

    assert at_once(app, *map(answer, people)) == []
    db.session.expire_all()
    numbers = db.session.scalars(select(Post.number).where(Post.thread_id == thread_id).order_by(Post.number)).all()
    assert numbers == list(range(1, 17)) and db.session.get(Thread, thread_id).post_count == 16
    db.session.commit()


def test_a_double_click_posts_once(app, cast):
    thread_id, group_id, bao = cast.thread.id, cast.andes_group.id, cast.bao.id
    db.session.commit()

    def answer():
        reply(db.session.get(Thread, thread_id), body="Once", by=db.session.get(Member, bao), submission="click")

    def begin():
        group = db.session.get(Group, group_id)
        open_thread(group, title="Once", body="Once", by=db.session.get(Member, bao), submission="begin")

    assert at_once(app, answer, answer, begin, begin) == []
    assert len(db.session.scalars(select(Post).where(Post.body == "Once")).all()) == 2
    db.session.commit()


def test_two_tabs_that_save_at_the_same_moment_keep_one_draft(app, cast):
    bao, conflicts = cast.bao.id, []
    db.session.commit()

    def save():
        conflicts.append(save_draft("new", body="x", version=0, by=db.session.get(Member, bao)).conflict)

    assert at_once(app, save, save) == []
    assert sorted(conflicts) == [False, True] and len(db.session.scalars(select(Draft)).all()) == 1
    db.session.commit()


def test_a_double_click_begins_one_collection_and_suggests_once(app, cast):
    guide = make.resource("Guide to circles", by=cast.ana)
    bao, guide_id = cast.bao.id, guide.id
    db.session.commit()

    def begin():
        by = db.session.get(Member, bao)
        make_collection(title="To read", visibility=Visibility.PUBLIC, by=by)

    def ask():
        resource, by = db.session.get(Resource, guide_id), db.session.get(Member, bao)
        said = replace(from_words(described(resource)), title="A guide to circles")
        suggest(resource, said, reason="So it says on its cover.", by=by)

    assert at_once(app, begin, begin, ask, ask) == []
    assert (
        len(db.session.scalars(select(Collection)).all()) == len(db.session.scalars(select(SuggestedEdit)).all()) == 1
    )
    db.session.commit()
