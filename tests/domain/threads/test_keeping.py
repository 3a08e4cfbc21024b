"""Closing, pinning, moving, calling it something else; drafts; how far one has read; following."""

import pytest
from sqlalchemy import select

from forum.entries.models import Because, Entry, Follow, Level, Link, Relation, Visibility
from forum.entries.operations import follow, unfollow
from forum.kernel.db import db
from forum.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from forum.threads.models import Draft, ReadMark
from forum.threads.operations import (
    close,
    discard_draft,
    mark_read,
    move,
    pin,
    reopen,
    reply,
    retitle,
    save_draft,
    unpin,
)


def test_authors_facilitators_and_moderators_close(cast, make):
    bao_s = make.thread(cast.bao, cast.andes_group)
    for closer in (cast.bao, cast.ana, cast.chidi):
        close(bao_s, by=closer)
        with pytest.raises(Refused):
            close(bao_s, by=closer)
        reopen(bao_s, by=closer)
        with pytest.raises(Refused):
            reopen(bao_s, by=closer)
    with pytest.raises(NotAllowed):
        close(bao_s, by=cast.dora)


def test_an_author_does_not_reopen_what_a_facilitator_closed(cast, make):
    bao_s = make.thread(cast.bao, cast.andes_group)
    close(bao_s, by=cast.ana)
    with pytest.raises(NotAllowed):
        reopen(bao_s, by=cast.bao)


def test_pinning_is_for_facilitators(cast):
    with pytest.raises(NotAllowed):
        pin(cast.thread, by=cast.bao)
    with pytest.raises(Refused):
        unpin(cast.thread, by=cast.ana)
    pin(cast.thread, by=cast.ana)
    assert cast.thread.is_pinned
    with pytest.raises(Refused):
        pin(cast.thread, by=cast.ana)
    unpin(cast.thread, by=cast.ana)
    assert not cast.thread.is_pinned


def test_a_moved_thread_takes_its_posts_and_its_readers_change(cast):
    reply(cast.thread, body="Come along.", by=cast.bao)
    with pytest.raises(NotAllowed):
        move(cast.thread, to=cast.sahel_group, by=cast.ana)
    move(cast.thread, to=cast.closed_group, by=cast.chidi)
    everything = db.session.scalars(select(Entry).where(Entry.group_id == cast.closed_group.id)).all()
    assert len(everything) == 5 and {e.visibility for e in everything} == {Visibility.GROUP}
    with pytest.raises(NotFound):
        reply(cast.thread, body="Where are you?", by=cast.dora)
    with pytest.raises(Refused):
        move(cast.thread, to=cast.closed_group, by=cast.chidi)


def test_a_thread_is_called_and_filed_otherwise(cast, make):
    other = make.thread(cast.ana, cast.andes_group)
    retitle(
        cast.thread,
        title="Water",
        language="fr",
        by=cast.ana,
        regions=[cast.sahel.id],
        themes=[cast.diversion.id],
        about=[other.id],
    )
    assert (cast.thread.title, cast.thread.language) == ("Water", "fr")
    assert [r.slug for r in cast.thread.regions] == ["sahel"] and [t.slug for t in cast.thread.themes] == ["diversion"]
    retitle(cast.thread, title="Water", by=cast.ana)
    link = db.session.scalars(select(Link).where(Link.relation == Relation.ABOUT)).one()
    assert link.revoked_at and link.revoked_by_id == cast.ana.id, "links are revoked, never deleted"
    for wrong in ("", " ", "x" * 201):
        with pytest.raises(Invalid):
            retitle(cast.thread, title=wrong, by=cast.ana)
    with pytest.raises(NotAllowed):
        retitle(cast.thread, title="Mine", by=cast.bao)


def test_a_stale_tab_does_not_overwrite_a_draft(cast):
    assert save_draft("new", body="a", version=0, by=cast.bao).version == 1
    assert save_draft("new", body="ab", version=1, by=cast.bao).version == 2
    late = save_draft("new", body="x", version=1, by=cast.bao)
    assert late.conflict and late.version == 2
    fresh = save_draft("new", body="y", version=0, by=cast.bao)
    assert fresh.conflict and db.session.scalars(select(Draft.body)).all() == ["ab"]
    assert not save_draft("new", body="z", version=2, by=cast.bao).conflict
    assert not save_draft("new", body="mine", version=0, by=cast.ana).conflict


def test_a_tab_whose_draft_was_posted_elsewhere_does_not_bring_it_back(cast):
    save_draft("new", body="a", version=0, by=cast.bao)
    discard_draft("new", by=cast.bao)
    assert save_draft("new", body="ab", version=1, by=cast.bao).conflict
    assert db.session.scalar(select(Draft)) is None


def test_an_overlong_draft_is_refused(cast):
    with pytest.raises(Invalid):
        save_draft("new", body="x" * 30_001, version=0, by=cast.bao)


def test_a_read_mark_never_moves_back_nor_beyond_the_end(cast, make):
    for _ in range(3):
        make.post(cast.thread, by=cast.ana)
    for number, expected in ((2, 2), (1, 2), (99, 4), (0, 4), (-5, 4)):
        mark_read(cast.thread, number, by=cast.bao)
        db.session.expire_all()
        assert db.session.get(ReadMark, (cast.bao.id, cast.thread.id)).number == expected
    with pytest.raises(NotFound):
        mark_read(cast.closed_thread, 1, by=cast.dora)


def test_following_is_a_decision_that_automatic_reasons_do_not_undo(cast):
    follow(cast.thread, by=cast.dora, level=Level.DIGEST, because=Because.MENTIONED)
    row = db.session.get(Follow, (cast.thread.id, cast.dora.id))
    assert (row.level, row.because) == (Level.DIGEST, Because.MENTIONED)
    follow(cast.thread, by=cast.dora, level=Level.MUTED)
    assert (row.level, row.because) == (Level.MUTED, Because.CHOSE)
    follow(cast.thread, by=cast.dora, because=Because.REPLIED)
    assert row.level is Level.MUTED
    unfollow(cast.thread, by=cast.dora)
    unfollow(cast.thread, by=cast.dora)
    db.session.expire_all()
    assert db.session.get(Follow, (cast.thread.id, cast.dora.id)) is None
