"""An invented community must leave the counters, tags and marks that real operations would have left."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Select, func, select, text

from forum.accounts.models import Member
from forum.community.models import Membership
from forum.entries.models import Entry, EntryRegion, EntryTheme, Follow, Kind, Visibility
from forum.kernel.db import db
from forum.kernel.text import render
from forum.library.models import Resource
from forum.synth import plan
from forum.synth.commands import PASSWORD, fill, synth
from forum.synth.text import Writer
from forum.threads.models import Post, ReadMark, Thread
from tests import make

SMALL = plan.Size(groups=30, threads=60, posts=400, members=50, resources=10, hot_thread=90)


@pytest.fixture
def community(app: Flask) -> plan.Size:
    fill(SMALL, 7, quiet=True)
    return SMALL


def pairs(statement: Select[Any]) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in db.session.execute(statement)}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_there_is_as_much_of_everything_as_was_asked_for(community: plan.Size) -> None:
    assert [count(m) for m in (Member, Thread, Post, Resource)] == [50, 60, 400, 10]
    assert count(Entry) == 60 + 400 + 10
    assert db.session.scalar(select(func.max(Thread.post_count))) == 90


def test_each_thread_counts_its_posts_and_knows_its_last(community: plan.Size) -> None:
    for thread in db.session.scalars(select(Thread)):
        posts = db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number)).all()
        assert [post.number for post in posts] == list(range(1, thread.post_count + 1))
        assert (thread.author_id, thread.created_at) == (posts[0].author_id, posts[0].created_at)
        assert (thread.last_poster_id, thread.active_at) == (posts[-1].author_id, posts[-1].created_at)
        assert {(p.group_id, p.visibility) for p in posts} == {(thread.group_id, thread.visibility)}
        assert [p.id for p in posts] == sorted(p.id for p in posts) and posts[0].id > thread.id


def test_threads_are_tagged_and_as_open_as_their_group(community: plan.Size) -> None:
    for thread in db.session.scalars(select(Thread)):
        assert thread.regions and thread.themes
        assert thread.visibility is make.VISIBILITY_IN[thread.group.visibility]
    assert db.session.scalar(select(func.count()).where(Thread.visibility != Visibility.PUBLIC))
    assert count(EntryRegion) == 70 and count(EntryTheme) >= 70


def test_whoever_writes_is_in_the_group_follows_the_thread_and_has_read_it(community: plan.Size) -> None:
    wrote = pairs(select(Post.thread_id, Post.author_id).distinct())
    assert pairs(select(Follow.entry_id, Follow.member_id)) == wrote
    assert pairs(select(ReadMark.thread_id, ReadMark.member_id)) == wrote
    members = pairs(select(Membership.group_id, Membership.member_id))
    assert pairs(select(Post.group_id, Post.author_id)) <= members
    too_far = select(func.count()).select_from(ReadMark).join(Thread).where(ReadMark.number > Thread.post_count)
    assert db.session.scalar(too_far) == 0


def test_ordinary_rows_can_follow(community: plan.Size) -> None:
    who = make.member("late")
    within = make.group("late")
    assert make.thread(by=who, within=within).id > 470


def facts() -> list[tuple[int, datetime, str]]:
    return [tuple(row) for row in db.session.execute(select(Post.id, Post.created_at, Post.html).order_by(Post.id))]


@pytest.mark.slow
def test_the_same_seed_makes_the_same_community(app: Flask) -> None:
    seen = []
    for seed in (1, 1, 2):
        fill(SMALL, seed, quiet=True)
        seen.append(facts())
        db.session.rollback()
    assert seen[0] == seen[1] != seen[2]


def test_posts_look_as_if_the_renderer_had_rendered_them_whole() -> None:
    writer = Writer(Random(3))
    for _ in range(300):
        body, html = writer.post(writer.language())
        assert html == render(body).html


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(synth, arguments)


def test_the_command_makes_members_who_can_sign_in(app: Flask) -> None:
    done = run(
        app,
        *[
            "--groups",
            "3",
            "--threads",
            "5",
            "--posts",
            "20",
            "--members",
            "6",
            "--resources",
            "1",
            "--hot-thread",
            "9",
        ],
    )
    assert done.exit_code == 0 and PASSWORD in done.output
    who = db.session.scalars(select(Member).where(Member.handle == "synth00006")).one()
    assert who.is_admitted and who.verify_and_update_password(PASSWORD)


def test_a_site_with_real_members_is_refused(app: Flask) -> None:
    make.member("ana")
    db.session.commit()
    refused = run(app, "--threads", "1", "--posts", "1")
    assert refused.exit_code == 1 and "real members" in refused.output
    assert count(Entry) == 0


def test_fewer_posts_than_threads_is_refused(app: Flask) -> None:
    assert run(app, "--threads", "5", "--posts", "4").exit_code == 2


def test_tags_follow_the_record_where_it_is_loaded(app: Flask) -> None:
    andes = make.region("andes")
    fill(SMALL, 7, quiet=True)
    assert set(db.session.scalars(select(EntryRegion.region_id))) == {andes.id}
    assert db.session.scalar(text("select count(*) from region")) == 1


def test_kinds_are_as_the_models_say(community: plan.Size) -> None:
    kinds = pairs(select(Entry.kind, func.count()).group_by(Entry.kind))
    assert kinds == {(Kind.THREAD, 60), (Kind.POST, 400), (Kind.RESOURCE, 10)}
