"""The invented community: coherent in itself, staged once, never beside real members."""

import pytest
from babel.core import get_global
from sqlalchemy import func, select

from forum.accounts.demonstration import ask_again, is_demonstration
from forum.accounts.models import Member
from forum.accounts.zones import NOT_SAID
from forum.community.models import Group, GroupVisibility, Membership, Profile, Theme
from forum.demo.commands import demo
from forum.demo.conversations import CONVERSATIONS
from forum.demo.people import CIRCLES, PEOPLE, SIGN_IN
from forum.demo.staging import stage
from forum.entries.models import Entry, Link, Relation
from forum.kernel import clock
from forum.kernel.db import db
from forum.record.loading import OUR_OWN, load
from forum.threads.models import Thread
from forum.threads.queries import latest_threads


@pytest.fixture(autouse=True)
def asked_anew():
    ask_again()
    yield
    ask_again()


def test_everybody_who_speaks_is_somebody_and_nobody_speaks_alone():
    known = {person.handle for person in PEOPLE}
    assert set(SIGN_IN) <= known and len(known) == len(PEOPLE) >= 36
    for talk in CONVERSATIONS:
        assert {handle for handle, _ in talk.posts} <= known, talk.title
        assert 3 <= len(talk.posts) <= 8, talk.title
    for circle in CIRCLES:
        assert {*circle.facilitators, *circle.members, *dict(circle.asking)} <= known, circle.slug_from
    assert {talk.language for talk in CONVERSATIONS} == {"en", "es", "fr", "ar", "pt"}


def test_it_is_staged_about_the_real_record_with_something_new_for_each(app, as_):
    load(OUR_OWN, say=lambda _: None)
    stage("no password fits this")
    db.session.commit()
    assert not db.session.scalar(select(func.count(Member.id)).where(Member.is_demo.is_(False)))
    cited = {reference for talk in CONVERSATIONS for reference in talk.about}
    found = set(db.session.scalars(select(Entry.reference).where(Entry.reference.in_(cited))))
    assert found == cited, "these are not in the record"
    themes = set(db.session.scalars(select(Theme.slug)))
    assert {slug for talk in CONVERSATIONS for slug in talk.themes} <= themes
    links = select(func.count(Link.id)).where(Link.relation == Relation.ABOUT)
    assert db.session.scalar(links) == sum(len(talk.about) for talk in CONVERSATIONS)
    assert db.session.scalar(select(func.max(Entry.active_at)).where(Entry.kind == "thread")) < clock.now()
    for handle in SIGN_IN:
        member = db.session.scalars(select(Member).where(Member.handle == handle)).one()
        assert latest_threads(reader=member, state="unread"), handle
        assert member.password
    assert not db.session.scalar(
        select(func.count(Member.id)).where(Member.handle.not_in(SIGN_IN), Member.password.is_not(None))
    )
    clocks = dict(db.session.execute(select(Member.handle, Member.time_zone)).all())
    assert (clocks["ana"], clocks["youssef"], clocks["sofia"]) == ("America/Lima", "Asia/Amman", "Europe/Madrid")
    assert NOT_SAID not in clocks.values(), "their country has several clocks: say which in forum/demo/people.py"
    at_home = db.session.execute(
        select(Profile.country_code, Member.time_zone).join(Member, Member.id == Profile.member_id)
    )
    assert all(zone in get_global("territory_zones")[country] for country, zone in at_home)
    private = db.session.scalars(select(Group).where(Group.visibility == GroupVisibility.PRIVATE)).one()
    hidden = db.session.scalars(select(Thread.title).where(Thread.group_id == private.id)).one()
    assert hidden not in as_(None).get("/threads").text
    assert db.session.scalar(select(func.count()).select_from(Membership).where(Membership.joined_at.is_(None))) == 2
    assert "This is a demonstration" in as_(None).get("/groups").text


def test_a_site_without_it_is_no_demonstration(cast, as_):
    assert not is_demonstration()
    assert "This is a demonstration" not in as_(None).get("/groups").text


def test_the_command_leaves_a_site_with_real_members_alone(app, cast):
    db.session.commit()
    ran = run_demo(app)
    assert "real members" in ran.output and ran.exit_code == 0
    assert not db.session.scalar(select(func.count(Member.id)).where(Member.is_demo.is_(True)))


def test_the_command_asks_for_the_record_first(app):
    ran = run_demo(app)
    assert ran.exit_code == 1 and "load-record" in ran.output


def run_demo(app):
    db.session.rollback()
    return app.test_cli_runner().invoke(demo)
