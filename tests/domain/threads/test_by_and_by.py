"""What the worker does about conversations when nobody asks."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from forum.accounts.events import MemberErased
from forum.community.events import ProfileChanged
from forum.entries.events import EntryRenamed
from forum.entries.models import Follow, Relation
from forum.entries.operations import link
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import OutboxRow
from forum.kernel.text import RENDERED_BY
from forum.library.operations import edit
from forum.library.operations.describing import description_of
from forum.threads.handlers import (
    forget_old_drafts,
    forget_what_was_theirs_alone,
    render_anew,
    show_them_under_their_new_name,
    show_what_they_are_about_under_its_new_name,
)
from forum.threads.models import Draft, Mention, Post, ReadMark
from forum.threads.operations import delete_post, reply, save_draft


def test_drafts_nobody_came_back_to_are_forgotten(cast):
    save_draft("new", body="Old.", version=0, by=cast.bao)
    save_draft("new", body="New.", version=0, by=cast.ana)
    old = db.session.scalars(select(Draft).where(Draft.member_id == cast.bao.id)).one()
    old.saved_at = clock.now() - timedelta(days=91)
    db.session.flush()
    forget_old_drafts()
    assert db.session.scalars(select(Draft.body)).all() == ["New."]


def test_posts_of_an_older_recipe_are_rendered_anew_and_deleted_ones_stay_silent(cast):
    gone = reply(cast.thread, body="Gone.", by=cast.bao)
    delete_post(gone, by=cast.bao)
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id, Post.number == 1)).one()
    post.rendered_by = gone.rendered_by = "older"
    version = cast.thread.version
    db.session.flush()
    render_anew()
    assert post.rendered_by == RENDERED_BY and "<em>measure</em>" in post.html
    assert cast.thread.version > version and gone.html == ""


def test_a_new_name_makes_other_pages_of_the_threads_somebody_spoke_in(cast, make):
    reply(cast.thread, body="I was here.", by=cast.bao)
    elsewhere = make.thread(cast.dora, cast.sahel_group, title="Elsewhere")
    versions = cast.thread.version, elsewhere.version
    db.session.flush()
    show_them_under_their_new_name(ProfileChanged(member_id=cast.bao.id))
    db.session.expire_all()
    assert cast.thread.version > versions[0] and elsewhere.version == versions[1]


def test_a_new_name_of_what_a_thread_is_about_makes_its_page_another(cast, make):
    about = make.resource("An old title", by=cast.ana)
    link(cast.thread, Relation.ABOUT, [about.id], by=cast.ana)
    elsewhere = make.thread(cast.dora, cast.sahel_group, title="Elsewhere")
    versions = cast.thread.version, elsewhere.version
    edit(about, replace(description_of(about), title="A new title"), by=cast.ana)
    told = db.session.scalars(select(OutboxRow.payload).where(OutboxRow.event == EntryRenamed.name)).all()
    assert told == [{"entry_id": about.id}]
    show_what_they_are_about_under_its_new_name(EntryRenamed(**told[0]))
    db.session.expire_all()
    assert cast.thread.version > versions[0] and elsewhere.version == versions[1]


def test_who_leaves_takes_along_what_was_theirs_alone(cast):
    for member in (cast.bao, cast.ana):
        save_draft("new", body="Not yet said.", version=0, by=member)
        reply(cast.thread, body="I ask @bao and @ana.", by=member)
    forget_what_was_theirs_alone(MemberErased(member_id=cast.bao.id))
    for table in (Draft, Follow, ReadMark, Mention):
        assert set(db.session.scalars(select(table.member_id))) == {cast.ana.id}, table
