"""How much of each group, theme, region and entry: chosen on one page, with what each choice would bring."""

import re

import pytest

from forum.community.models import Profile, ProfileTheme
from forum.entries.models import Follow, Level
from forum.entries.operations import follow
from forum.kernel.db import db, save
from forum.notifications.gathering import interests_of
from forum.notifications.models import GroupWeight, MailChoice, RegionWeight, ThemeWeight, Weight
from forum.threads import operations as threads
from tests import make
from tests.statements import statements

SENT = {"frequency": "daily", "hour": "7", "weekday": "0", "paused_until": "", "at_once": "y"}


def option(page, name, value):
    field = re.search(rf'<select id="{name}".*?</select>', page, re.S)[0]
    found = re.search(rf'<option value="{value}"( selected)?>([^<]*)', field)
    return bool(found[1]), found[2]


def test_every_choice_says_what_it_would_bring(as_, cast):
    for n in range(8):
        threads.open_thread(cast.andes_group, title=f"T{n}", body="x" * 500, by=cast.ana, themes=[cast.diversion.id])
        threads.open_thread(cast.closed_group, title=f"S{n}", body="x", by=cast.ana, themes=[cast.detention.id])
    follow(cast.thread, by=cast.bao, level=Level.DIGEST)
    db.session.commit()
    page = as_(cast.bao).get("/me/settings/mail").text
    assert option(page, "weight-andes", "each") == (False, "Each post, at once (2 mails, 13 kB)")
    assert option(page, "weight-andes", "normal")[0] and "2 lines, 2 kB" in option(page, "weight-andes", "first")[1]
    assert option(page, "theme-diversion", "first") == (False, "First (2 lines, 2 kB)")
    assert option(page, "theme-detention", "first")[1].startswith("First (0 lines")  # not for Bao to see
    assert option(page, f"follow-{cast.thread.id}", "digest")[0]
    assert "inner-circle" not in page and "Between us" not in page


def test_choices_are_kept_one_by_one(as_, cast):
    follow(cast.thread, by=cast.bao, level=Level.DIGEST)
    db.session.commit()
    sent = {
        **SENT,
        "weight-andes": "each",
        "theme-diversion": "first",
        "region-sahel": "normal",
        f"follow-{cast.thread.id}": "every",
    }
    assert as_(cast.bao).post("/me/settings/mail", data=sent).status_code == 303
    assert db.session.get(GroupWeight, (cast.bao.id, cast.andes_group.id)).weight is Weight.EACH
    assert db.session.get(ThemeWeight, (cast.bao.id, cast.diversion.id)).weight is Weight.FIRST
    assert db.session.get(RegionWeight, (cast.bao.id, cast.sahel.id)).weight is Weight.NORMAL
    assert db.session.get(Follow, (cast.thread.id, cast.bao.id)).level is Level.EVERY_POST
    assert db.session.get(MailChoice, cast.bao.id).at_once
    page = as_(cast.bao).get("/me/settings/mail").text
    assert option(page, "weight-andes", "each")[0] and option(page, "theme-diversion", "first")[0]
    as_(cast.bao).post(
        "/me/settings/mail",
        data={**SENT, "at_once": "", "theme-diversion": "never", f"follow-{cast.thread.id}": "none"},
    )
    db.session.expire_all()
    assert db.session.get(ThemeWeight, (cast.bao.id, cast.diversion.id)) is None
    assert db.session.get(Follow, (cast.thread.id, cast.bao.id)) is None


@pytest.mark.parametrize(
    "sent",
    [
        {"weight-inner-circle": "each"},
        {"theme-nothing": "first"},
        {"theme-diversion": "each"},
        {"region-andes": "x"},
        {"follow-abc": "every"},
        {"follow-99999999999": "every"},
        {"weight-andes": "loud"},
    ],
)
def test_what_is_not_theirs_to_choose_is_passed_over(as_, cast, sent):
    assert as_(cast.bao).post("/me/settings/mail", data={**SENT, **sent}).status_code == 303
    for table in (GroupWeight, ThemeWeight, RegionWeight):
        assert not db.session.scalars(db.select(table)).all()


def test_what_they_may_not_see_is_neither_listed_nor_followed(as_, cast):
    follow(cast.closed_thread, by=cast.bao, level=Level.DIGEST)
    db.session.commit()
    assert "Between us" not in as_(cast.bao).get("/me/settings/mail").text
    as_(cast.bao).post("/me/settings/mail", data={**SENT, f"follow-{cast.closed_thread.id}": "every"})
    assert db.session.get(Follow, (cast.closed_thread.id, cast.bao.id)).level is Level.DIGEST
    as_(cast.bao).post("/me/settings/mail", data={**SENT, f"follow-{cast.thread.id}": "every"})
    assert (
        db.session.get(Follow, (cast.thread.id, cast.bao.id)) is None
    )  # it was not followed, so there is no such field


def test_the_profile_speaks_until_somebody_chooses(as_, cast):
    save(Profile(member_id=cast.bao.id))
    db.session.add(ProfileTheme(member_id=cast.bao.id, theme_id=cast.diversion.id))
    db.session.commit()
    assert option(as_(cast.bao).get("/me/settings/mail").text, "theme-diversion", "normal")[0]
    as_(cast.bao).post("/me/settings/mail", data={**SENT, "theme-diversion": "never", "theme-detention": "normal"})
    found = interests_of(cast.bao)
    assert found.themes == {cast.detention.id} and not found.first_themes
    as_(cast.bao).post("/me/settings/mail", data={**SENT, "theme-diversion": "normal"})
    assert db.session.get(ThemeWeight, (cast.bao.id, cast.diversion.id)) is None
    assert interests_of(cast.bao).themes == {cast.detention.id, cast.diversion.id}


def test_every_page_leads_to_the_choice(as_, cast):
    bao = as_(cast.bao)
    for path, link in (
        ("/groups/andes", "/me/settings/mail#weight-andes"),
        ("/themes/diversion", "/me/settings/mail#theme-diversion"),
        ("/regions/sahel", "/me/settings/mail#region-sahel"),
        (f"/threads/{cast.thread.id}", "/me/follows"),
    ):
        assert f'href="{link}"' in bao.get(path).text, path
        assert f'href="{link}"' not in as_(None).get(path).text or path.startswith("/threads"), path


def test_choices_are_taken_along_and_go_with_the_account(as_, cast):
    as_(cast.bao).post("/me/settings/mail", data={**SENT, "weight-andes": "each", "theme-diversion": "first"})
    found = as_(cast.bao).get("/me/export.json").json["mail"]
    assert found["groups"] == {"andes": "each"} and found["themes"] == {"diversion": "first"} and found["at_once"]


def test_the_page_costs_few_statements_however_much_one_follows(as_, cast):
    def cost():
        client = as_(cast.bao)
        client.get("/me/settings/mail")
        with statements() as run:
            client.get("/me/settings/mail")
        return len(run)

    few = cost()
    for n in range(12):
        follow(make.thread(cast.ana, cast.andes_group, title=f"T{n}"), by=cast.bao)
        make.membership(cast.bao, make.group())
    assert cost() <= few + 4  # what there is none of costs nothing
