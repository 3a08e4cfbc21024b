"""Pages members of one kind share: each reader gets their own, nobody gets another's, and every change is seen.

A page made for one member alone is what it is compared with: a cookie nobody knows takes the long way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from forum.accounts.models import LoginSession, Member, Office
from forum.app import SHARED_BY_MEMBERS
from forum.community.models import Group, Membership, MembershipRole, Profile, ProfileRegion
from forum.entries.models import Because, Entry, Follow, Level, Link, Relation, Visibility
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.meetings.models import Meeting
from forum.notices.models import NoticeKind, Reason
from forum.notices.telling import tell
from forum.recommendations.models import Basis, Recommendation, State
from forum.threads.models import Draft, Post, ReadMark
from tests import make

PAGES = ["/threads/{thread}", "/threads/{closed}", "/threads/{thread}?page=2", "/groups/inner-circle"]
LISTS = [
    "/",
    "/recommendations",
    "/recommendations?state=draft&theme=",
    "/groups/andes",
    "/groups/sahel",
    "/threads",
    "/threads?state=unread",
    "/threads?state=mine",
    "/threads?state=following",
]
LISTS += ["/threads?page=2", "/groups/andes?page=2"]
#: A token that is another one each time.
TOKENS = re.compile(r'(name="(?:csrf_token|csrf-token|submission)"[^>]*?(?:value|content)=")[^"]*')

Browse = Callable[..., FlaskClient]


@pytest.fixture
def kept(app: Flask) -> Any:
    app.extensions["forum.member_pages"].clear()
    return app.extensions["forum.member_pages"]


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if not sql.startswith("BEGIN"):
            seen.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def paths(cast: SimpleNamespace) -> list[str]:
    """The pages of the cast, with all that makes them differ between readers."""
    make.membership(cast.youssef, cast.closed_group, joined_at=None)
    for n in range(22):
        long_ago = clock.now() - timedelta(days=400 + n)
        make.thread(cast.bao, cast.andes_group, title=f"Another thread {n}", active_at=long_ago)
    make.thread(cast.bao, cast.andes_group, title="A pinned thread", pinned_at=clock.now())
    make.thread(cast.bao, cast.andes_group, title="A hidden thread", hidden_at=clock.now())
    for n in range(21):
        make.post(cast.thread, by=(cast.ana, cast.bao, cast.dora)[n % 3], body=f"Post {n}")
    make.post(cast.thread, by=cast.dora, body="MARKER-HIDDEN", hidden_at=clock.now())
    make.post(cast.thread, by=cast.dora, html="", deleted_at=clock.now())
    cast.thread.regions.append(cast.andes)
    meeting = save(Meeting(reference="WC21-AND18", title="A meeting", meeting_kind="regional", start_date="2018-05"))
    for n, values in enumerate(
        (
            {"state": State.ADOPTED},
            {"state": State.ADOPTED},
            {"visibility": Visibility.DRAFT, "author_id": cast.sofia.id},
            {"visibility": Visibility.DRAFT, "author_id": cast.bao.id},
            {"hidden_at": clock.now(), "author_id": cast.dora.id},
        )
    ):
        words = {"title": f"Recommendation {n}", "text": "Do.", "basis": Basis.RECOMMENDATION, "number": n}
        asked = save(Recommendation(reference=f"WC21-AND18-R{n}", meeting_id=meeting.id, **words, **values))
        for thread in (cast.thread, cast.closed_thread)[: n + 1] if n < 2 else ():
            db.session.add(Link(from_id=thread.id, to_id=asked.id, relation=Relation.ABOUT))
    save(Profile(member_id=cast.dora.id))
    db.session.add(ProfileRegion(member_id=cast.dora.id, region_id=cast.andes.id))
    make.group("andes-work", region_id=cast.andes.id, name="Andes at work")
    db.session.add(ReadMark(member_id=cast.bao.id, thread_id=cast.thread.id, number=5))
    db.session.add(ReadMark(member_id=cast.dora.id, thread_id=cast.thread.id, number=24))
    db.session.add(Follow(entry_id=cast.thread.id, member_id=cast.bao.id, level=Level.MUTED, because=Because.REPLIED))
    place = f"thread:{cast.thread.id}"
    for number in range(3):
        tell([cast.bao.id], NoticeKind.WELCOME, Reason.MEMBER, key=f"welcome-{number}")
    tell([cast.dora.id], NoticeKind.CLOSED, Reason.THEIRS, key="unseen", entry_id=cast.closed_thread.id)
    db.session.add(Draft(member_id=cast.bao.id, place=place, body='MARKER-DRAFT <b> "quoted"', version=3))
    db.session.commit()
    names = {"thread": cast.thread.id, "closed": cast.closed_thread.id}
    return [path.format(**names) for path in [*PAGES, *LISTS]]


def the_long_way(client: FlaskClient, path: str) -> Any:
    """The page as it is made for this member alone."""
    client.set_cookie("unknown", "1")
    answer = client.get(path)
    client.delete_cookie("unknown")
    return answer


def without_tokens(html: str) -> str:
    return TOKENS.sub(r"\1", html)


def everybody(cast: SimpleNamespace) -> list[Member]:
    return [cast.ana, cast.bao, cast.dora, cast.youssef, cast.chidi, cast.sofia, make.member("newcomer")]


@pytest.mark.slow
def test_everybody_gets_the_page_that_would_be_made_for_them_alone(
    as_: Browse, cast: SimpleNamespace, paths: list[str], kept: Any
) -> None:
    people = everybody(cast)
    tagged: dict[str, str] = {}
    for path in paths:
        for _again in (False, True):  # made, then filled from what is kept, perhaps by another of the same kind
            for who in people:
                client = as_(who)
                alone, shared = the_long_way(client, path), client.get(path)
                assert shared.status_code == alone.status_code, (who.handle, path)
                if alone.status_code == 200:
                    assert without_tokens(shared.text) == without_tokens(alone.text), (who.handle, path)
                    same = tagged.setdefault(shared.headers.get("ETag", shared.text), without_tokens(shared.text))
                    assert same == without_tokens(shared.text), "two pages bear one tag"
    assert len(kept) > 0


def test_the_next_of_the_same_kind_costs_few_statements(
    as_: Browse, cast: SimpleNamespace, paths: list[str], statements: list[str], kept: Any
) -> None:
    assert cast.thread.group_id == cast.andes_group.id
    for path in paths:
        if path in (f"/threads/{cast.closed_thread.id}", "/groups/inner-circle"):
            continue
        first, second = make.member(), make.member()
        db.session.commit()
        as_(first).get(path)
        client, known = as_(second), len(kept)
        statements.clear()
        assert client.get(path).status_code == 200
        most = 4 if path == "/" else 3
        assert len(statements) <= most and len(kept) == known, "\n\n".join(statements)
        assert all(sql.lstrip().startswith(("SELECT", "WITH")) for sql in statements)


def test_nothing_personal_is_kept(app: Flask, as_: Browse, cast: SimpleNamespace, paths: list[str], kept: Any) -> None:
    cast.ana.name, cast.bao.name = "Ana MARKER-NAME", "Bao MARKER-NAME"
    bao_posted = db.session.scalars(db.select(Post).where(Post.author_id == cast.bao.id)).all()
    for post in bao_posted:
        post.author_id = None  # so that no name stands beside a post
    db.session.commit()
    client = as_(cast.bao)
    token = the_long_way(client, paths[0]).text.split('csrf-token" content="')[1].split('"')[0]
    texts = [client.get(path).text for path in paths[:3:2]]
    assert "Bao MARKER-NAME" in texts[0] and "MARKER-DRAFT" in texts[0]
    assert len(kept) == 2
    held = repr([one.pieces for one in kept._kept.values()])
    for secret in ("Bao MARKER-NAME", "MARKER-DRAFT", token, cast.bao.email, cast.bao.fs_uniquifier, "quoted"):
        assert secret not in held, f"{secret} is kept"


def test_two_of_a_kind_share_a_page_and_see_nothing_of_one_another(
    as_: Browse, cast: SimpleNamespace, paths: list[str], kept: Any
) -> None:
    other = make.member("other")
    make.membership(other, cast.andes_group)
    db.session.commit()
    as_(cast.bao).get(paths[0])
    known = len(kept)
    text = as_(other).get(paths[0]).text
    assert len(kept) == known, "another page was made for one of the same kind"
    assert "MARKER-DRAFT" not in text and 'id="first-unread"' not in text
    assert 'value="none" selected' in text and 'value="muted" selected' not in text
    assert "/edit" not in text.split('<ol id="posts">')[1].split("</ol>")[0]


def test_a_hidden_post_is_read_by_its_author_and_moderators_alone(
    as_: Browse, cast: SimpleNamespace, paths: list[str], kept: Any
) -> None:
    page = paths[2]
    assert "MARKER-HIDDEN" in as_(cast.chidi).get(page).text
    newcomer = make.member()
    db.session.commit()
    for _again in (False, True):
        assert "MARKER-HIDDEN" in as_(cast.dora).get(page).text
        for who in (newcomer, cast.bao, cast.ana, cast.youssef):
            assert "MARKER-HIDDEN" not in as_(who).get(page).text
    assert len(kept) > 0


def test_who_gains_or_loses_an_office_is_seen_as_what_they_are_now(
    as_: Browse, cast: SimpleNamespace, paths: list[str], kept: Any, statements: list[str]
) -> None:
    page, who = paths[2], make.member()
    tell([who.id], NoticeKind.WELCOME, Reason.MEMBER, key="for the one who rises and falls")
    db.session.commit()
    client = as_(who)
    for office in (Office.MEMBER, Office.MODERATOR, Office.SECRETARIAT, Office.MEMBER):
        who.office = office
        db.session.commit()
        texts = [client.get(page).text for _again in (False, True)]
        statements.clear()
        texts.append(client.get(page).text)
        assert len(statements) == 2 and len(kept) > 0, "\n\n".join(statements)
        for text in texts:
            assert ("MARKER-HIDDEN" in text) is (office is not Office.MEMBER)
            assert "unread: </span>1" in text


def test_what_a_thread_is_about_is_named_to_those_only_who_may_see_it(
    as_: Browse, cast: SimpleNamespace, kept: Any
) -> None:
    save(Link(from_id=cast.thread.id, to_id=cast.closed_thread.id, relation=Relation.ABOUT))
    db.session.commit()
    for _again in (False, True):
        for who, sees in ((cast.ana, True), (cast.bao, False), (cast.chidi, True), (cast.dora, False)):
            assert ("Between us" in as_(who).get(f"/threads/{cast.thread.id}").text) is sees


# what changes the content


def hide_a_post(cast: SimpleNamespace) -> None:
    db.session.execute(update(Entry).where(Entry.id == first_post(cast).id).values(hidden_at=clock.now()))


def edit_a_post(cast: SimpleNamespace) -> None:
    first_post(cast).html = "<p>Something else.</p>"


def edit_below_the_models(cast: SimpleNamespace) -> None:
    post = Post.__table__
    db.session.execute(update(post).where(post.c.id == first_post(cast).id).values(html="<p>Something else.</p>"))


def hide_the_thread(cast: SimpleNamespace) -> None:
    cast.thread.hidden_at = clock.now()


def make_it_the_group_s_own(cast: SimpleNamespace) -> None:
    for entry in (cast.thread, *cast.thread.posts):
        entry.visibility = Visibility.GROUP


def first_post(cast: SimpleNamespace) -> Post:
    return db.session.scalars(db.select(Post).where(Post.thread_id == cast.thread.id, Post.number == 1)).one()


@pytest.mark.parametrize(
    "change", [hide_a_post, edit_a_post, edit_below_the_models, hide_the_thread, make_it_the_group_s_own]
)
def test_what_was_changed_is_not_sent_again(
    as_: Browse, cast: SimpleNamespace, kept: Any, change: Callable[[SimpleNamespace], None]
) -> None:
    first_post(cast).html = "<p>MARKER-WORDS</p>"
    db.session.commit()
    path, client = f"/threads/{cast.thread.id}", as_(cast.dora)
    assert "MARKER-WORDS" in client.get(path).text and "MARKER-WORDS" in client.get(path).text
    change(cast)
    db.session.commit()
    assert "MARKER-WORDS" not in client.get(path).text
    assert "MARKER-WORDS" not in client.get(path).text


# what changes what somebody may


def leave_the_group(who: Member, cast: SimpleNamespace) -> None:
    db.session.delete(db.session.get_one(Membership, (cast.andes_group.id, who.id)))


def become_moderator(who: Member, _cast: SimpleNamespace) -> None:
    who.office = Office.MODERATOR


def facilitate(who: Member, cast: SimpleNamespace) -> None:
    db.session.get_one(Membership, (cast.andes_group.id, who.id)).role = MembershipRole.FACILITATOR


def choose_arabic(who: Member, _cast: SimpleNamespace) -> None:
    who.language = "ar"


def move_to_another_zone(who: Member, _cast: SimpleNamespace) -> None:
    who.time_zone = "Asia/Kathmandu"


def be_called_something_else(who: Member, _cast: SimpleNamespace) -> None:
    who.name = "Called otherwise"


def follow(who: Member, cast: SimpleNamespace) -> None:
    db.session.add(Follow(entry_id=cast.thread.id, member_id=who.id, level=Level.EVERY_POST))


def read_on(who: Member, cast: SimpleNamespace) -> None:
    db.session.add(ReadMark(member_id=who.id, thread_id=cast.thread.id, number=1))


def begin_a_draft(who: Member, cast: SimpleNamespace) -> None:
    db.session.add(Draft(member_id=who.id, place=f"thread:{cast.thread.id}", body="I would say"))


def be_told_of_something(who: Member, _cast: SimpleNamespace) -> None:
    tell([who.id], NoticeKind.WELCOME, Reason.MEMBER, key="welcome")


@pytest.mark.parametrize(
    "change",
    [
        *(leave_the_group, become_moderator, facilitate, choose_arabic, move_to_another_zone),
        *(be_called_something_else, follow, read_on, begin_a_draft, be_told_of_something),
    ],
)
def test_what_somebody_is_and_does_shows_at_once(
    as_: Browse, cast: SimpleNamespace, change: Callable[[Member, SimpleNamespace], None]
) -> None:
    path, client = f"/threads/{cast.thread.id}", as_(cast.bao)
    before = client.get(path)
    assert client.get(path).headers["ETag"] == before.headers["ETag"]
    change(cast.bao, cast)
    db.session.commit()
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert without_tokens(after.text) != without_tokens(before.text)
    assert without_tokens(after.text) == without_tokens(the_long_way(client, path).text)


def suspend(who: Member) -> None:
    who.suspended_until = clock.now().replace(year=clock.now().year + 1)


def switch_off(who: Member) -> None:
    who.active = False


def withdraw_the_approval(who: Member) -> None:
    who.approved_at = None


def end_the_session(who: Member) -> None:
    db.session.execute(db.delete(LoginSession).where(LoginSession.member_id == who.id))


def test_a_list_shows_each_reader_their_own_rows(as_: Browse, cast: SimpleNamespace, paths: list[str]) -> None:
    thread, posts = f'data-entry="{cast.thread.id}"', cast.thread.post_count
    newcomer = make.member(joined_at=clock.now().replace(year=2000))
    db.session.commit()
    for _again in (False, True):
        assert "Between us" in as_(cast.ana).get("/threads").text
        for who, news in ((cast.bao, posts - 5), (cast.dora, None), (newcomer, posts)):
            text = as_(who).get("/threads").text
            assert "Between us" not in text and thread in text
            row = text.split(thread)[1].split("</li>")[0]
            assert (f">{news} new</a>" in row) if news else (" new</a>" not in row)
    cast.thread.title = "Called otherwise"
    db.session.commit()
    assert "Called otherwise" in as_(newcomer).get("/threads").text
    hide_the_thread(cast)
    db.session.commit()
    assert "Called otherwise" not in as_(newcomer).get("/threads").text
    assert "Called otherwise" in as_(cast.ana).get("/threads").text


def test_a_row_that_changed_makes_another_page(as_: Browse, cast: SimpleNamespace) -> None:
    client = as_(cast.bao)
    tag = client.get("/threads").headers["ETag"]
    assert client.get("/threads", headers={"If-None-Match": tag}).status_code == 304
    cast.thread.title = "Called otherwise"
    db.session.commit()
    assert client.get("/threads", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("change", [suspend, switch_off, withdraw_the_approval, end_the_session])
def test_who_may_no_longer_take_part_is_a_visitor_from_then_on(
    as_: Browse, cast: SimpleNamespace, change: Callable[[Member], None]
) -> None:
    path, client = f"/threads/{cast.thread.id}", as_(cast.bao)
    assert "/sign-out" in client.get(path).text and "/sign-out" in client.get(path).text
    change(cast.bao)
    db.session.commit()
    assert "/sign-out" not in client.get(path).text


def test_a_private_group_s_page_is_shared_inside_the_group_only(as_: Browse, cast: SimpleNamespace, kept: Any) -> None:
    path = f"/threads/{cast.closed_thread.id}"
    inside = make.member()
    make.membership(inside, cast.closed_group)
    db.session.commit()
    assert "MARKER-PRIVATE" in as_(cast.ana).get(path).text and "MARKER-PRIVATE" in as_(inside).get(path).text
    assert len(kept) > 0
    for outside in (cast.bao, cast.dora):
        assert as_(outside).get(path).status_code == 404
    db.session.delete(db.session.get_one(Membership, (cast.closed_group.id, inside.id)))
    db.session.commit()
    assert as_(inside).get(path).status_code == 404


def test_a_message_shown_once_is_shown(as_: Browse, cast: SimpleNamespace) -> None:
    client = as_(cast.bao)
    client.get(f"/threads/{cast.thread.id}")
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "Only for you")]
    assert "Only for you" in client.get(f"/threads/{cast.thread.id}").text
    assert "Only for you" not in client.get(f"/threads/{cast.thread.id}").text


def test_a_forged_session_opens_nothing(app: Flask, as_: Browse, cast: SimpleNamespace) -> None:
    as_(cast.ana).get(f"/threads/{cast.closed_thread.id}")
    client = app.test_client()
    client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb")
    assert client.get(f"/threads/{cast.closed_thread.id}").status_code == 404


def test_a_session_ends_when_it_is_old(
    app: Flask, as_: Browse, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, client = f"/threads/{cast.thread.id}", as_(cast.bao)
    assert "/sign-out" in client.get(path).text and "/sign-out" in client.get(path).text
    much_later = clock.now() + app.permanent_session_lifetime + timedelta(seconds=5)
    monkeypatch.setattr("forum.kernel.clock.now", lambda: much_later)
    monkeypatch.setattr("time.time", much_later.timestamp)
    client.get_cookie("session").expires = None  # a browser that does not forget
    assert "/sign-out" not in client.get(path).text


def test_the_token_of_a_shared_page_is_good(app: Flask, as_: Browse, cast: SimpleNamespace, paths: list[str]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        as_(cast.bao).get(paths[0])
        client = as_(cast.bao)
        text = client.get(paths[0]).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)
        assert token is not None
        path = f"/threads/{cast.thread.id}/read"
        assert client.post(path, data={"number": "9", "csrf_token": token[1]}).status_code == 303
        assert client.post(path, data={"number": "9", "csrf_token": "x" + token[1]}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_who_asks_for_more_than_a_page_number_is_answered_the_long_way(
    as_: Browse, cast: SimpleNamespace, kept: Any
) -> None:
    client = as_(cast.bao)
    for more in ("?lang=es", "?other=1", "?page=1&page=2&x=1"):
        assert client.get(f"/threads/{cast.thread.id}{more}").status_code == 200
    assert client.get(f"/threads/{cast.thread.id}?page=999").status_code == 404
    client.get(f"/threads/{cast.thread.id}", headers={"HX-Request": "true"})
    assert len(kept) == 0


def test_every_shared_page_is_one_of_ours(app: Flask) -> None:
    rules = [str(rule) for rule in app.url_map.iter_rules()]
    for page in SHARED_BY_MEMBERS:
        assert any(page.path.fullmatch(re.sub(r"<int:[^>]+>", "1", re.sub(r"<\w+>", "word", rule))) for rule in rules)


def test_a_group_that_closes_is_gone(as_: Browse, cast: SimpleNamespace) -> None:
    path, client = f"/threads/{cast.thread.id}", as_(cast.dora)
    assert "Not public" not in client.get(path).text
    db.session.get_one(Group, cast.andes_group.id).visibility = "members"
    db.session.commit()
    assert "Not public" in client.get(path).text
