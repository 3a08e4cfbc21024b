"""Addresses of resources are tried now and then; one that failed on two days is dead, and its last good date is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from forum.app import UNSEEN
from forum.entries.events import EntryChanged
from forum.kernel import clock
from forum.kernel.db import begin_mode, db, save
from forum.kernel.events import OutboxRow
from forum.kernel.settings import Settings
from forum.library.links import checking
from forum.library.links.asking import Answer, Outcome
from forum.library.links.checking import AGAIN_WHEN_ALIVE, DEAD_AFTER, Manners, check_links, keep, manners
from forum.library.links.models import LinkCheck
from forum.library.models import LinkState, Resource

FINE, GONE, UNCLEAR = Answer(Outcome.ANSWERS), Answer(Outcome.GONE, "HTTP 404"), Answer(Outcome.UNCLEAR, "HTTP 403")


@pytest.fixture
def asks(app, monkeypatch):
    """Makes addresses answer so; the list of who was asked. Nobody has to wait."""
    asked = []

    def set_to(answers):
        def ask(url, **_options):
            asked.append(url)
            return answers.get(url, FINE)

        app.extensions["forum.links"] = Manners("a test", ask)
        return asked

    monkeypatch.setattr(checking, "PACE", 0.0)
    kept = app.extensions["forum.links"]
    yield set_to
    app.extensions["forum.links"] = kept


def resource(url, **values):
    return save(Resource(title="A guide", type="report", url=url, **values)).id


def work():
    db.session.commit()
    done = check_links(10, lambda: False)
    begin_mode.set("immediate")
    return done


def state(id):
    return db.session.execute(select(Resource.link_state, Resource.link_alive_at).where(Resource.id == id)).one()


def another_day():
    checking.current().asked.clear()
    db.session.execute(update(LinkCheck).values(due_at=clock.now() - timedelta(seconds=1)))
    db.session.commit()


def told():
    return db.session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.event == EntryChanged.name))


def test_an_address_that_answers_is_alive_and_left_alone_for_a_while(asks):
    asked, id = asks({}), resource("https://a.example/1")
    assert work() == 1 and state(id).link_state is LinkState.ALIVE
    assert work() == 0 and asked == ["https://a.example/1"]
    assert db.session.get(LinkCheck, id).due_at > clock.now() + AGAIN_WHEN_ALIVE / 2


def test_an_address_is_dead_after_failing_on_two_days_and_its_last_good_date_is_kept(asks):
    id, other = resource("https://a.example/1"), resource("https://b.example/1")
    asks({})
    assert work() + work() == 2
    good = db.session.get(LinkCheck, id).alive_at
    asks({"https://a.example/1": GONE})
    for day in range(1, DEAD_AFTER + 1):
        another_day()
        work(), work()
        assert state(id).link_state is (LinkState.DEAD if day == DEAD_AFTER else LinkState.ALIVE)
    assert state(id).link_alive_at == good and state(other).link_state is LinkState.ALIVE


def test_a_dead_address_can_come_back(asks):
    id = resource("https://a.example/1", link_state=LinkState.DEAD)
    asks({})
    work()
    assert state(id) == (LinkState.ALIVE, None)


def test_a_failure_in_between_is_forgotten(asks):
    id = resource("https://a.example/1")
    now = clock.now()
    db.session.add(LinkCheck(resource_id=id, url="https://a.example/1", due_at=now, alive_at=now, failures=1))
    db.session.flush()
    keep(id, "https://a.example/1", FINE, now=now)
    keep(id, "https://a.example/1", GONE, now=now)
    assert db.session.get(LinkCheck, id).failures == 1


def test_a_site_without_a_network_buries_nothing(asks):
    """Nothing answers anywhere."""
    ids = [resource(f"https://{name}.example/") for name in "abc"]
    asks({f"https://{name}.example/": GONE for name in "abc"})
    for _day in range(4):
        another_day()
        while work():
            pass
    assert {state(id).link_state for id in ids} == {LinkState.UNCHECKED}


@pytest.mark.parametrize("answer", [UNCLEAR, Answer(Outcome.REFUSED)])
def test_an_unclear_answer_changes_nothing(asks, answer):
    id = resource("https://a.example/1", link_state=LinkState.ALIVE)
    asks({"https://a.example/1": answer})
    work()
    assert state(id).link_state is LinkState.ALIVE and db.session.get(LinkCheck, id).failures == 0


def test_one_server_is_asked_once_a_minute(asks):
    for number in range(3):
        resource(f"https://a.example/{number}")
    resource("https://b.example/")
    asked = asks({})
    while work():
        pass
    assert sorted(asked) == ["https://a.example/0", "https://b.example/"]


def test_a_worker_takes_its_time_between_questions(asks, monkeypatch):
    monkeypatch.setattr(checking, "PACE", 3600.0)
    resource("https://a.example/")
    resource("https://b.example/")
    asks({})
    assert work() == 1 and work() == 0


def test_another_address_begins_anew(asks):
    id = resource("https://a.example/1")
    asked = asks({})
    work()
    db.session.execute(update(Resource.__table__).values(url="https://b.example/2", link_state=LinkState.UNCHECKED))
    work()
    assert asked[-1] == "https://b.example/2" and state(id).link_state is LinkState.ALIVE


def test_an_answer_about_an_address_that_was_changed_meanwhile_is_dropped(asks):
    id = resource("https://a.example/1")
    asks({})
    work()
    keep(id, "https://old.example/", GONE, now=clock.now())
    assert db.session.get(LinkCheck, id).detail == ""


def test_two_workers_do_not_ask_twice(asks, app):
    resource("https://a.example/1")
    asked = asks({})
    db.session.commit()
    first = checking._claim(Manners("a"))
    assert first and checking._claim(Manners("b")) is None and asked == []
    begin_mode.set("immediate")


def test_the_resource_is_told_of_only_when_its_state_changes(asks):
    resource("https://a.example/1")
    asks({})
    work()
    before = told()
    another_day()
    assert work() == 1 and told() == before
    assert "link_check" in UNSEEN


def test_where_it_moved_for_good_is_noted(asks):
    id = resource("https://a.example/1")
    asks({"https://a.example/1": Answer(Outcome.ANSWERS, moved_to="https://a.example/new")})
    work()
    assert db.session.get(LinkCheck, id).moved_to == "https://a.example/new"


@pytest.mark.parametrize(
    ("settings", "asks_"),
    [
        ({"base_url": "http://127.0.0.1:8000"}, False),
        ({"base_url": "http://localhost:8000"}, False),
        ({"base_url": "https://forum.example.org"}, True),
        ({"base_url": "https://forum.example.org", "check_links": "no"}, False),
        ({"base_url": "http://127.0.0.1:8000", "check_links": "yes"}, True),
    ],
)
def test_a_site_only_its_own_machine_sees_asks_nobody(settings, asks_):
    assert bool(manners(Settings(**settings)).agent) is asks_
    assert "forum.example.org" in manners(Settings(base_url="https://forum.example.org")).agent


def test_dead_addresses_can_be_listed_by_who_looks_after_them(as_, cast):
    resource("https://a.example/", link_state=LinkState.DEAD)
    save(Resource(title="A living one", type="report", url="https://b.example/"))
    db.session.commit()
    listed = as_(cast.chidi).get("/library?link=dead").text
    assert "A guide" in listed and "A living one" not in listed and 'name="link"' in listed
    assert (
        'name="link"' not in as_(cast.bao).get("/library").text
        and 'name="link"' in as_(cast.chidi).get("/library").text
    )
    assert "A guide" not in as_(None).get("/library?link=nonsense").text


def test_a_dead_address_is_marked_with_its_last_good_date(as_, app):
    id = resource("https://a.example/", link_state=LinkState.DEAD, link_alive_at=clock.now())
    db.session.commit()
    page = as_(None).get(f"/library/{id}").text
    assert "did not answer" in page and "last answered on" in page
