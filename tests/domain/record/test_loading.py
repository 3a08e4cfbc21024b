"""The record comes in whole, or not at all, and as often as one likes."""

import json
import shutil

import pytest
from sqlalchemy import func, select

from forum.community.models import Country, Group, GroupKind, Profession, Region, Theme
from forum.entries.models import Entry, Kind, Link, Relation
from forum.glossary.models import Concept
from forum.kernel.db import db
from forum.library.models import Resource
from forum.meetings.models import Congress, Meeting
from forum.recommendations.models import Recommendation, State
from forum.record.commands import load_record
from forum.record.loading import OUR_OWN, load
from forum.record.models import LoadedRecord
from forum.record.shapes import BadRecord

EVERYTHING = {
    Region: 7,
    Country: 199,
    Theme: 20,
    Profession: 22,
    Group: 27,
    Congress: 6,
    Meeting: 53,
    Recommendation: 177,
    Resource: 150,
    Concept: 214,
}


def how_many():
    return {kind: db.session.scalar(select(func.count()).select_from(kind)) for kind in EVERYTHING}


@pytest.fixture
def copy(tmp_path):
    """A copy of the record, and a way to change one of its files."""
    folder = tmp_path / "record"
    shutil.copytree(OUR_OWN, folder)

    def change(name, edit):
        records = json.loads((folder / name).read_text("utf-8"))
        edit({record["id"]: record for record in records})
        (folder / name).write_text(json.dumps(records), "utf-8")
        return folder

    return change


def test_a_second_load_changes_nothing_and_says_so(app):
    first = load()
    db.session.commit()
    assert how_many() == EVERYTHING
    references = {row.id: row.reference for row in db.session.scalars(select(Entry))}
    second = load()
    assert not db.session.dirty and not db.session.new
    assert all(count["created"] == 0 and count["changed"] == 0 for count in second.values())
    assert {kind: count["created"] for kind, count in first.items()} == {
        kind: count["unchanged"] for kind, count in second.items()
    }
    assert {row.id: row.reference for row in db.session.scalars(select(Entry))} == references


def test_what_is_loaded_is_linked_tagged_and_adopted(app):
    load()
    third = db.session.scalar(select(Recommendation).where(Recommendation.reference == "WC21-BUE19-R03"))
    assert third.state is State.ADOPTED and third.meeting.reference == "WC21-BUE19"
    assert third.congress.reference == "WC21"
    assert [region.slug for region in third.regions] == ["latin-america-caribbean"]
    assert third.themes and third.addressees
    link = db.session.scalar(select(Link).where(Link.from_id == third.id))
    assert (link.relation, link.to_id) == (Relation.MADE_AT, third.meeting_id)
    assert third.active_at.isoformat() == "2019-06-06T00:00:00+00:00"
    lima = db.session.scalar(select(Congress).where(Congress.reference == "WC09"))
    assert lima.conflicts and lima.source_url and lima.predecessor_id is None
    kinds = db.session.scalars(select(Group.kind)).all()
    assert (kinds.count(GroupKind.REGION), kinds.count(GroupKind.THEME)) == (7, 20)


def test_a_dry_run_reports_what_the_run_then_does(app, copy):
    runner = app.test_cli_runner()

    def run(*arguments):
        result = runner.invoke(load_record, arguments)
        assert result.exit_code == 0, result.output
        return [line for line in result.output.splitlines() if "created" in line and ":" not in line]

    dry = run("--dry-run")
    assert how_many() == dict.fromkeys(EVERYTHING, 0)
    assert run() == dry
    folder = copy("meetings.json", lambda meetings: meetings["beirut-2019"].update(summary="A longer story."))
    assert run(str(folder), "--dry-run") == run(str(folder))
    assert db.session.scalar(select(Meeting.summary).where(Meeting.source_id == "beirut-2019")) == "A longer story."


def test_every_bad_record_is_named_and_nothing_is_half_loaded(app, copy):
    copy("meetings.json", lambda meetings: meetings["beirut-2019"].update(start_date="October 2019", region="atlantis"))
    folder = copy("recommendations.json", lambda asked: asked["lima-2009-r02"].pop("text"))
    result = app.test_cli_runner().invoke(load_record, [str(folder)])
    assert result.exit_code == 1
    assert "meetings.json: beirut-2019: start_date: 'October 2019' is not a date" in result.output
    assert "meetings.json: beirut-2019: region: 'atlantis' is not among the regions" in result.output
    assert "recommendations.json: lima-2009-r02: text: This field is missing." in result.output
    assert how_many() == dict.fromkeys(EVERYTHING, 0)
    assert db.session.scalar(select(func.count()).select_from(LoadedRecord)) == 0


def test_a_broken_file_is_named(app, copy):
    folder = copy("themes.json", lambda themes: None)
    (folder / "themes.json").write_text("[{", "utf-8")
    (folder / "roles.json").unlink()
    with pytest.raises(BadRecord) as caught:
        load(folder)
    files = [problem.file for problem in caught.value.problems]
    assert files[:2] == ["themes.json", "roles.json"]


def test_adopted_wording_is_frozen_for_the_record_too(app, copy):
    load()
    db.session.commit()
    folder = copy("recommendations.json", lambda asked: asked["lima-2009-r02"].update(text="Something else."))
    with pytest.raises(BadRecord, match=r"recommendations.json: lima-2009-r02: text: This is adopted"):
        load(folder)


def test_a_correction_made_here_outlives_the_next_load(app, copy):
    load()
    beirut = db.session.scalar(select(Meeting).where(Meeting.source_id == "beirut-2019"))
    beirut.venue, beirut.summary = "A school", "Corrected by the secretariat."
    db.session.commit()
    assert all(count["changed"] == 0 for count in load().values())
    assert beirut.summary == "Corrected by the secretariat."
    load(copy("meetings.json", lambda meetings: meetings["beirut-2019"].update(participants_count=12)))
    assert (beirut.participants_count, beirut.summary) == (12, "Corrected by the secretariat.")


def test_a_new_meeting_in_the_middle_of_the_file_renumbers_nothing(app, copy):
    load()
    before = {row.source_id: row.reference for row in db.session.scalars(select(Meeting))}

    folder = copy("meetings.json", lambda meetings: None)
    records = json.loads((folder / "meetings.json").read_text("utf-8"))
    twin = {**next(r for r in records if r["id"] == "madrid-launch-2024"), "id": "madrid-twin"}
    (folder / "meetings.json").write_text(json.dumps([twin, *records]), "utf-8")
    load(folder)
    after = {row.source_id: row.reference for row in db.session.scalars(select(Meeting))}
    assert after.pop("madrid-twin") not in before.values()
    assert after == before


def test_the_record_has_no_entry_without_a_source_where_one_is_known(app):
    load()
    kinds = db.session.execute(select(Entry.kind, func.count()).group_by(Entry.kind)).all()
    assert dict(kinds) == {Kind.CONGRESS: 6, Kind.MEETING: 53, Kind.RECOMMENDATION: 177, Kind.RESOURCE: 150}
    assert db.session.scalar(select(func.count()).where(Recommendation.source_url.is_(None))) == 1
