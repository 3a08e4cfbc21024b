"""Opening a thread, replying, editing, deleting: what it does, and to whom it is refused."""

import pytest
from sqlalchemy import select

from forum.entries.models import Because, Follow, Kind, Level, Link, Relation, Visibility
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from forum.meetings.models import Congress
from forum.recommendations.models import Basis, Recommendation
from forum.threads.models import Draft, Mention, Post, PostRevision, ReadMark
from forum.threads.operations import delete_post, edit_post, open_thread, reply, restore_post, save_draft


def first_post(thread):
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def test_a_thread_has_its_opening_post_and_is_filed_where_its_group_is(cast):
    thread = open_thread(
        cast.andes_group, title="  Bail \n and girls ", body="What *works*?", by=cast.bao, language="es"
    )
    post = first_post(thread)
    assert thread.title == "Bail and girls" and thread.language == post.language == "es"
    assert "<em>works</em>" in post.html and post.body == "What *works*?"
    assert (thread.post_count, thread.last_poster_id, thread.active_at) == (1, cast.bao.id, post.created_at)
    assert [r.slug for r in thread.regions] == ["andes"]
    follow = db.session.get(Follow, (thread.id, cast.bao.id))
    assert (follow.level, follow.because) == (Level.EVERY_POST, Because.STARTED)
    assert db.session.get(ReadMark, (cast.bao.id, thread.id)).number == 1


def test_a_thread_is_as_visible_as_its_group(cast):
    thread = open_thread(cast.closed_group, title="Quietly", body="Only here.", by=cast.ana)
    assert thread.visibility is Visibility.GROUP and first_post(thread).visibility is Visibility.GROUP


def test_only_members_of_a_group_open_threads_there(cast):
    with pytest.raises(NotAllowed):
        open_thread(cast.andes_group, title="Hello", body="From elsewhere.", by=cast.dora)
    with pytest.raises(NotFound):
        open_thread(cast.closed_group, title="Hello", body="From elsewhere.", by=cast.dora)


@pytest.mark.parametrize(
    "title, body",
    [
        ("", "x"),
        ("  ", "x"),
        ("\x00", "x"),
        ("x" * 201, "x"),
        ("x", ""),
        ("x", " \n"),
        ("x", "\x00"),
        ("x", "x" * 30_001),
    ],
)
def test_an_empty_or_overlong_thread_is_refused(cast, title, body):
    with pytest.raises(Invalid):
        open_thread(cast.andes_group, title=title, body=body, by=cast.bao)


def test_a_thread_is_about_entries(cast):
    congress = save(Congress(reference="WC21", number=7, title="Mexico"))
    rec = save(
        Recommendation(
            reference="WC21-BUE19-R03",
            number=3,
            title="Divert early",
            text="…",
            basis=next(iter(Basis)),
            congress_id=congress.id,
        )
    )
    thread = open_thread(cast.andes_group, title="How?", body="See wc21-bue19-r03.", by=cast.bao, about=[rec.id])
    link = db.session.scalars(select(Link).where(Link.from_id == thread.id)).one()
    assert (link.to_id, link.relation) == (rec.id, Relation.ABOUT)
    assert 'href="/recommendations/WC21-BUE19-R03"' in first_post(thread).html


def test_a_reply_gets_the_next_number_and_moves_the_thread_up(cast):
    post = reply(cast.thread, body="With a bucket.", by=cast.bao)
    assert post.number == 2 and cast.thread.post_count == 2 and cast.thread.last_poster_id == cast.bao.id
    assert cast.thread.active_at == post.created_at and post.kind is Kind.POST and cast.thread.version == 2
    follow = db.session.get(Follow, (cast.thread.id, cast.bao.id))
    assert (follow.level, follow.because) == (Level.DIGEST, Because.REPLIED)


def test_replying_does_not_unmute(cast):
    save(Follow(entry_id=cast.thread.id, member_id=cast.bao.id, level=Level.MUTED, because=Because.CHOSE))
    reply(cast.thread, body="Still here.", by=cast.bao)
    assert db.session.get(Follow, (cast.thread.id, cast.bao.id)).level is Level.MUTED


def test_a_form_sent_twice_posts_once(cast):
    first = reply(cast.thread, body="Once.", by=cast.bao, submission="form-1")
    assert reply(cast.thread, body="Once.", by=cast.bao, submission="form-1") is first
    assert reply(cast.thread, body="Another's.", by=cast.ana, submission="form-1") is not first
    assert cast.thread.post_count == 3
    opened = open_thread(cast.andes_group, title="T", body="B", by=cast.bao, submission="form-2")
    assert open_thread(cast.andes_group, title="T", body="B", by=cast.bao, submission="form-2") is opened


def test_a_closed_thread_refuses_even_its_author(cast):
    cast.thread.closed_at = clock.now()
    with pytest.raises(Refused):
        reply(cast.thread, body="One more thing.", by=cast.ana)
    with pytest.raises(Refused):
        edit_post(first_post(cast.thread), body="Other words.", by=cast.ana)


def test_who_is_elsewhere_does_not_reply(cast):
    with pytest.raises(NotAllowed):
        reply(cast.thread, body="From elsewhere.", by=cast.dora)
    with pytest.raises(NotFound):
        reply(cast.closed_thread, body="From elsewhere.", by=cast.dora)


def test_a_draft_is_gone_once_it_is_posted(cast):
    save_draft(f"thread:{cast.thread.id}", body="Half a tho", version=0, by=cast.bao)
    reply(cast.thread, body="Half a thought.", by=cast.bao)
    assert db.session.scalar(select(Draft)) is None


def test_editing_keeps_the_wording_before(cast):
    post = reply(cast.thread, body="With a bucket.", by=cast.bao)
    edit_post(post, body="With a *calibrated* bucket.", by=cast.bao, version=1)
    assert "<em>calibrated</em>" in post.html and post.version == 2 and post.edited_at
    kept = db.session.scalars(select(PostRevision)).one()
    assert (kept.version, kept.body, kept.replaced_by_id) == (1, "With a bucket.", cast.bao.id)


def test_an_edit_from_a_stale_page_is_refused(cast):
    post = reply(cast.thread, body="One.", by=cast.bao)
    edit_post(post, body="Two.", by=cast.bao, version=1)
    with pytest.raises(Refused):
        edit_post(post, body="Three.", by=cast.bao, version=1)
    assert post.body == "Two."


def test_nobody_edits_the_words_of_others_but_moderators(cast):
    post = reply(cast.thread, body="Mine.", by=cast.bao)
    with pytest.raises(NotAllowed):
        edit_post(post, body="Yours.", by=cast.ana)
    assert edit_post(post, body="Without the name.", by=cast.chidi).body == "Without the name."


def test_saving_the_same_wording_is_no_edit(cast):
    post = reply(cast.thread, body="Same.", by=cast.bao)
    edit_post(post, body="Same.", by=cast.bao)
    assert post.version == 1 and post.edited_at is None


def test_a_deleted_post_leaves_its_number_and_no_word(cast):
    post = reply(cast.thread, body="Too much said, @ana.", by=cast.bao)
    after = reply(cast.thread, body="Next.", by=cast.ana)
    delete_post(post, by=cast.bao)
    assert post.is_deleted and post.number == 2 and after.number == 3 and cast.thread.post_count == 3
    assert post.body == post.html == "" and not db.session.scalars(select(Mention)).all()
    with pytest.raises(Refused):
        delete_post(post, by=cast.bao)
    with pytest.raises(Refused):
        edit_post(post, body="Back.", by=cast.bao)


def test_deleting_the_last_post_gives_the_last_word_back(cast):
    delete_post(reply(cast.thread, body="Oops.", by=cast.bao), by=cast.bao)
    assert cast.thread.last_poster_id == cast.ana.id and cast.thread.active_at == first_post(cast.thread).created_at


def test_facilitators_delete_and_others_do_not(cast):
    post = reply(cast.thread, body="Buy now!", by=cast.bao)
    with pytest.raises(NotAllowed):
        delete_post(post, by=cast.dora, reason="Because.")
    for nothing in ("", " \n"):
        with pytest.raises(Invalid, match="reason"):
            delete_post(post, by=cast.ana, reason=nothing)
    assert not post.is_deleted
    assert delete_post(post, by=cast.ana, reason="It named a child.").deleted_by_id == cast.ana.id


def test_moderators_bring_a_deleted_post_back(cast):
    post = reply(cast.thread, body="Said.", by=cast.bao)
    with pytest.raises(Refused):
        restore_post(post, by=cast.chidi)
    delete_post(post, by=cast.bao)
    with pytest.raises(NotAllowed):
        restore_post(post, by=cast.bao)
    restore_post(post, by=cast.chidi)
    assert post.body == "Said." and not post.is_deleted and cast.thread.last_poster_id == cast.bao.id


def test_who_is_named_hears_of_it_once_if_they_can_read_it(cast):
    post = reply(cast.thread, body="What do you say, @Ana and @dora and @nobody and @bao?", by=cast.bao)
    named = set(db.session.scalars(select(Mention.member_id).where(Mention.post_id == post.id)))
    assert named == {cast.ana.id, cast.dora.id}
    assert db.session.get(Follow, (cast.thread.id, cast.dora.id)).because is Because.MENTIONED
    edit_post(post, body="What do you say, @ana?", by=cast.bao)
    assert set(db.session.scalars(select(Mention.member_id))) == {cast.ana.id}
    quiet = open_thread(cast.closed_group, title="T", body="@dora?", by=cast.ana)
    assert db.session.get(Follow, (quiet.id, cast.dora.id)) is None


def test_what_is_written_is_cleaned(cast):
    post = reply(cast.thread, body="\n\na\x00b\r\nc\x07  \n", by=cast.bao)
    assert post.body == "ab\nc"
