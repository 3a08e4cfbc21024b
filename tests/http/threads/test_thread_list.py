"""/threads: everybody's conversations, latest first, narrowed by the address."""

from forum.entries.models import EntryRegion, Follow, Level, Link, Relation
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.threads.models import ReadMark
from forum.threads.queries import latest_threads
from tests.statements import statements


def test_a_visitor_sees_public_threads_only(cast, as_):
    response = as_(None).get("/threads")
    assert response.status_code == 200
    assert "Water in custody" in response.text and f'data-entry="{cast.thread.id}"' in response.text
    assert "Between us" not in response.text


def test_a_member_of_the_closed_group_sees_its_threads_too(cast, as_):
    assert "Between us" in as_(cast.ana).get("/threads").text


def test_the_list_runs_a_constant_number_of_statements(cast, make, as_):
    for number in range(30):
        save(
            EntryRegion(
                entry_id=make.thread(cast.ana, cast.andes_group, title=f"T{number}").id, region_id=cast.andes.id
            )
        )
    visitor, member = as_(None), as_(cast.bao)
    visitor.get("/threads")
    with statements() as run:
        assert visitor.get("/threads").status_code == 200
    assert len(run) <= 3, "\n".join(run)
    with statements() as run:
        assert member.get("/threads").status_code == 200
    assert len(run) <= 6, "\n".join(run)


def test_filters_narrow_and_say_so_when_nothing_is_left(cast, as_):
    save(EntryRegion(entry_id=cast.thread.id, region_id=cast.andes.id))
    db.session.commit()
    visitor = as_(None)
    assert "Water in custody" in visitor.get("/threads?region=andes").text
    assert "No thread fits" in visitor.get("/threads?region=sahel").text
    assert "No thread fits" in visitor.get("/threads?region=nowhere").text
    assert "There is nothing called “WC99-XXX”" in visitor.get("/threads?about=WC99-XXX").text
    assert "Water in custody" in visitor.get("/threads?state=open").text
    assert "No thread fits" in visitor.get("/threads?state=closed").text


def test_where_nobody_spoke_of_an_entry_yet_nothing_is_said_of_filters(cast, as_):
    about = f"/threads?about={cast.thread.id}"
    for client in (as_(None), as_(cast.bao, htmx=True)):
        page = client.get(about).text
        assert "Nobody has started a conversation about it yet." in page and "No thread fits" not in page
    assert "No thread fits" in as_(None).get(f"{about}&state=open").text


def test_htmx_gets_the_list_alone(cast, as_):
    response = as_(None, htmx=True).get("/threads")
    assert '<section id="found"' in response.text and "<html" not in response.text


def test_a_page_that_does_not_exist_is_not_found(cast, as_):
    for wrong in ("0", "-1", "x", "999", "99999999999999999999", "٣"):
        assert as_(None).get(f"/threads?page={wrong}").status_code == 404, wrong


def test_pages_link_to_one_another(cast, make, as_):
    for number in range(25):
        make.thread(cast.ana, cast.andes_group, title=f"T{number}")
    db.session.commit()
    first = as_(None).get("/threads?region=")
    assert 'rel="next" href="/threads?region=&amp;page=2"' in first.text
    second = as_(None).get("/threads?page=2")
    assert 'rel="prev" href="/threads"' in second.text and 'rel="next"' not in second.text


def test_unread_threads_are_counted_until_read(cast, make, as_):
    make.post(cast.thread, by=cast.bao)
    cast.bao.joined_at = cast.thread.active_at
    found = latest_threads(reader=cast.bao, state="unread")
    assert [(t.id, t.unread) for t in found] == [(cast.thread.id, 2)]
    save(ReadMark(member_id=cast.bao.id, thread_id=cast.thread.id, number=2))
    assert not latest_threads(reader=cast.bao, state="unread")
    db.session.commit()
    assert "all caught up" in as_(cast.bao).get("/threads?state=unread").text


def test_muted_threads_are_not_among_the_followed(cast):
    follow = save(Follow(entry_id=cast.thread.id, member_id=cast.bao.id))
    assert [t.id for t in latest_threads(reader=cast.bao, state="following")] == [cast.thread.id]
    follow.level = Level.MUTED
    db.session.flush()
    assert not latest_threads(reader=cast.bao, state="following")


def test_pinned_threads_come_first_in_their_group(cast, make):
    cast.thread.pinned_at = clock.now()
    for number in range(21):
        make.thread(cast.ana, cast.andes_group, title=f"T{number}")
    first = latest_threads(reader=None, group_id=cast.andes_group.id)
    assert first.items[0].id == cast.thread.id and len(first) == 21 and first.has_next
    second = latest_threads(reader=None, group_id=cast.andes_group.id, page=2)
    assert len(second) == 2 and not second.has_next


def test_threads_about_an_entry_are_found_unless_the_link_was_revoked(cast, make):
    other = make.thread(cast.ana, cast.andes_group, title="Other")
    link = save(Link(from_id=cast.thread.id, to_id=other.id, relation=Relation.ABOUT))
    assert [t.id for t in latest_threads(reader=None, about_id=other.id)] == [cast.thread.id]
    link.revoked_at = clock.now()
    db.session.flush()
    assert not latest_threads(reader=None, about_id=other.id)
