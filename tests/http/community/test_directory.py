"""The directory shows everybody as they chose to be seen, to whoever looks."""

import re

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from forum.community import operations
from forum.community.models import Membership, Profession, Profile, Shown
from forum.kernel.db import db, save
from forum.kernel.events import OutboxRow
from tests.statements import statements


@pytest.fixture
def bao(cast, make):
    """Bao, who told everything and shows each part to somebody else."""
    make.country("PE", of=cast.andes, labels={"en": "Peru"})
    judge = save(Profession(slug="judge", family="law", labels={"en": "Judge"}))
    operations.describe(
        by=cast.bao,
        name="Bao Tran",
        region_ids=[cast.andes.id],
        theme_ids=[cast.diversion.id],
        profession_id=judge.id,
        organisation="Juvenile Court",
        country_code="PE",
        languages=["es", "vi"],
        about="I ask too much.",
        shown_in_directory=Shown.EVERYONE,
        shown_organisation=Shown.MEMBERS,
        shown_country=Shown.NOBODY,
        shown_about=Shown.EVERYONE,
    )
    db.session.commit()
    return cast.bao


def test_each_part_is_shown_to_whom_it_was_meant_for(cast, as_, bao):
    def sees(who):
        page = as_(who).get("/members/bao").text
        return {part for part in ("Juvenile Court", "Peru", "I ask too much", "Judge", "Andes") if part in page}

    assert sees(None) == {"I ask too much", "Judge", "Andes"}
    assert sees(cast.dora) == {"I ask too much", "Judge", "Andes", "Juvenile Court"}
    assert sees(bao) == {"I ask too much", "Judge", "Andes", "Juvenile Court", "Peru"}


def test_mail_comes_by_the_clock_of_ones_country_unless_one_chose_another(cast, as_, bao, make):
    assert bao.time_zone == "America/Lima"
    make.country("KE", of=cast.andes, labels={"en": "Kenya"})
    operations.describe(by=bao, name="Bao", region_ids=[], theme_ids=[], country_code="KE")
    assert bao.time_zone == "America/Lima"  # they travel; their clock is theirs to change
    make.country("BR", of=cast.andes, labels={"en": "Brazil"})
    operations.describe(by=cast.dora, name="Dora", region_ids=[], theme_ids=[], country_code="BR")
    assert cast.dora.time_zone == "UTC"
    assert "We do not know where you live" in as_(cast.dora).get("/me/settings/mail").text
    assert "By your clock: Peru · Lima" in as_(bao).get("/me/settings/mail").text


def test_the_list_shows_no_more_than_the_page(cast, as_, bao):
    visitor, member = as_(None).get("/members").text, as_(cast.dora).get("/members").text
    assert "Bao Tran" in visitor and "Juvenile Court" not in visitor
    assert "Juvenile Court" in member and "Peru" not in member


def test_who_chose_nothing_is_seen_by_members_only(cast, as_):
    assert "Ana" not in as_(None).get("/members").text
    assert "Ana" in as_(cast.dora).get("/members").text
    assert "members only" in as_(None).get("/members/ana").text


def test_who_keeps_to_themselves_is_nowhere(cast, as_, bao):
    db.session.get(Profile, bao.id).shown_in_directory = Shown.NOBODY
    db.session.commit()
    for who in (None, cast.dora):
        assert as_(who).get("/members/bao").status_code == 404
        assert "Bao" not in as_(who).get("/members").text
    assert as_(bao).get("/members/bao").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("region=andes", True),
        ("region=sahel", False),
        ("theme=diversion", True),
        ("theme=detention", False),
        ("role=judge", True),
        ("language=vi", True),
        ("language=ar", False),
        ("q=tRaN", True),
        ("q=%25", False),
        ("q=nobody+of+that+name", False),
        ("region=andes&theme=detention", False),
        ("region=no-such-region", True),
        ("q=%00", True),
    ],
)
def test_filters_narrow_the_list(cast, as_, bao, query, found):
    answer = as_(cast.dora).get(f"/members?{query}")
    assert answer.status_code == 200 and ("Bao Tran" in answer.text) is found


def test_nobody_found_says_what_to_do(cast, as_):
    assert "Take a filter away" in as_(cast.dora).get("/members?q=zzz").text


@pytest.mark.parametrize("values", [{"approved_at": None}, {"active": False}, {"confirmed_at": None}])
def test_who_takes_no_part_is_not_listed(cast, as_, make, values):
    make.member("ghost", **values)
    db.session.commit()
    assert "Ghost" not in as_(cast.dora).get("/members").text
    assert as_(cast.dora).get("/members/ghost").status_code == 404


def test_the_list_takes_the_same_statements_however_long(cast, as_, make):
    client = as_(cast.dora)
    client.get("/members")
    with statements() as few:
        client.get("/members")
    for _number in range(15):
        make.member()
    db.session.commit()
    with statements() as many:
        client.get("/members")
    assert len(few) == len(many)


def test_a_profile_is_edited_and_told_to_the_index(cast, as_):
    browser = as_(cast.dora)
    assert browser.get("/me/settings/profile").status_code == 200
    typed = {
        "name": "Dora Diallo",
        "organisation": "Maison",
        "profession": "",
        "country": "",
        "languages": ["fr", "ar"],
        "regions": [str(cast.sahel.id)],
        "themes": [],
        "about": "Bonjour <b>",
        "shown_in_directory": "everyone",
        "shown_organisation": "everyone",
        "shown_country": "members",
        "shown_about": "everyone",
    }
    answer = browser.post("/me/settings/profile", data=typed)
    assert answer.status_code == 303, answer.text
    page = as_(None).get("/members/dora").text
    assert "Dora Diallo" in page and "Maison" in page and "Bonjour &lt;b&gt;" in page and "Sahel" in page


def test_saving_a_profile_as_it_was_shown_changes_nothing(cast, as_, bao):
    browser = as_(bao)
    shown = browser.get("/me/settings/profile").text
    about = re.search(r"<textarea[^>]*>\s*([^<]*)</textarea>", shown)
    ticked = re.findall(r"<input(?=[^>]*\bchecked)[^>]*>", shown)
    picked = re.findall(r"<option selected value=\"([^\"]*)\"", shown)
    boxes = [(attribute(box, "name"), attribute(box, "value")) for box in ticked]
    selects = dict(zip(re.findall(r"<select[^>]* name=\"(\w+)\"", shown), picked, strict=True))
    texts = {
        name: attribute(re.search(rf"<input[^>]* name=.{name}.[^>]*>", shown)[0], "value")
        for name in ("name", "organisation")
    }
    typed = MultiDict([*boxes, *selects.items(), *texts.items(), ("about", about[1].strip())])
    assert browser.post("/me/settings/profile", data=typed).status_code == 303
    db.session.expire_all()
    profile = db.session.get(Profile, bao.id)
    assert (profile.country_code, profile.profession.slug, profile.organisation) == ("PE", "judge", "Juvenile Court")
    assert [region.slug for region in profile.regions] == ["andes"]
    assert [theme.slug for theme in profile.themes] == ["diversion"]
    assert (profile.languages, profile.about) == (["es", "vi"], "I ask too much.")
    assert (profile.shown_country, profile.shown_about) == (Shown.NOBODY, Shown.EVERYONE)


def attribute(tag: str, name: str) -> str:
    return re.search(rf' {name}="([^"]*)"', tag)[1]


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"about": "x" * 2001}, {"country": "XX"}, {"regions": ["999"]}, {"shown_about": "dogs"}]
)
def test_a_profile_that_does_not_fit_comes_back(cast, as_, wrong):
    typed = {
        "name": "Dora",
        "profession": "",
        "country": "",
        **{f"shown_{p}": "members" for p in ("in_directory", "organisation", "country", "about")},
    }
    answer = as_(cast.dora).post("/me/settings/profile", data={**typed, **wrong})
    assert answer.status_code == 422
    assert db.session.get(Profile, cast.dora.id) is None


def test_ones_own_page_lists_ones_groups(cast, as_):
    page = as_(cast.bao).get("/me").text
    assert "Andes" in page and "/me/drafts" in page
    assert as_(None).get("/me").location == "/sign-in?next=/me"


def test_the_export_holds_what_was_said_and_nothing_of_others(cast, as_, bao):
    answer = as_(cast.ana).get("/me/export.json")
    assert answer.mimetype == "application/json" and "attachment" in answer.headers["Content-Disposition"]
    assert answer.json["account"]["email"] == "ana@example.org"
    assert [post["title"] for post in answer.json["posts"]] == ["Water in custody", "Between us"]
    assert "Juvenile" not in answer.text


def test_the_export_holds_what_nobody_else_is_shown(cast, as_):
    ana = as_(cast.ana)
    ana.post("/drafts", data={"place": "new", "title": "Begun", "body": "Not yet said.", "draft_version": "0"})
    ana.post(f"/threads/{cast.thread.id}/replies", data={"body": "Said.", "language": "en"})
    as_(cast.bao).post("/drafts", data={"place": "new", "body": "Another's secret.", "draft_version": "0"})
    answer = ana.get("/me/export.json")
    assert [draft["text"] for draft in answer.json["drafts"]] == ["Not yet said."]
    assert [(f["address"], f["because"]) for f in answer.json["follows"]] == [(f"/threads/{cast.thread.id}", "replied")]
    assert answer.json["read"][0]["up_to_post"] == 2 and len(answer.json["sessions"]) == 1
    assert "secret" not in answer.text


def test_erasing_takes_the_person_and_leaves_the_talk(cast, as_, bao):
    browser = as_(cast.ana)
    assert browser.post("/me/settings/account/erase").status_code == 422
    assert browser.post("/me/settings/account/erase", data={"sure": "y"}).status_code == 303
    db.session.expire_all()
    ana = cast.ana
    assert (ana.name, ana.handle, ana.active) == ("Former member", f"former-member-{ana.id}", False)
    assert ana.email.endswith(".invalid") and ana.password is None
    assert db.session.scalar(select(func.count(Membership.group_id)).where(Membership.member_id == ana.id)) == 0
    assert as_(None).get("/members/ana").status_code == 404
    assert browser.get("/me").status_code == 303
    assert cast.thread.author_id == ana.id


def test_erasing_asks_again_who_one_is(cast, as_):
    browser = as_(cast.ana)
    with browser.session_transaction() as session:
        session["fs_paa"] = 0.1
        session.pop("fs_gexp", None)
    answer = browser.post("/me/settings/account/erase", data={"sure": "y"})
    assert answer.status_code == 302 and "/sign-in/again" in answer.location
    assert cast.ana.active and db.session.scalar(select(func.count(OutboxRow.id))) == 0
