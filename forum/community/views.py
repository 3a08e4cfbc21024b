"""The directory, each member's page, and one's own profile."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from forum.accounts.session import member, reader, sign_in_required
from forum.community import operations
from forum.community.directory import Wanted, members_in, portrait_of, profile_of
from forum.community.forms import SPOKEN, ProfileForm, spoken
from forum.community.queries import (
    all_countries,
    all_professions,
    all_regions,
    all_themes,
    region_called,
    theme_called,
)
from forum.web.hypermedia import page, see_other
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("community", __name__)
NAME_LENGTH = 80


@bp.get("/members")
def directory() -> ResponseReturnValue:
    return page(
        "community/directory.html",
        fragment="people",
        people=no_such_page(members_in(wanted(request.args), reader=reader(), number=asked_page())),
        asked={name: request.args.get(name, "")[:NAME_LENGTH] for name in ("q", "region", "theme", "role", "language")},
        regions=all_regions(),
        themes=all_themes(),
        professions={profession.id: profession for profession in all_professions()},
        countries={country.code: country for country in all_countries()},
        spoken=spoken(),
    )


def wanted(asked: MultiDict[str, str]) -> Wanted:
    """The filters of the address; one that names nothing we know is left out."""
    region, theme = region_called(asked.get("region", "")), theme_called(asked.get("theme", ""))
    profession = next((p for p in all_professions() if p.slug == asked.get("role")), None)
    return Wanted(
        region_id=region.id if region else None,
        theme_id=theme.id if theme else None,
        profession_id=profession.id if profession else None,
        language=asked.get("language") if asked.get("language") in SPOKEN else None,
        name=asked.get("q", "").replace("\0", "").strip()[:NAME_LENGTH],
    )


@bp.get("/members/<handle>")
def profile(handle: str) -> ResponseReturnValue:
    return page("community/profile.html", person=portrait_of(handle, reader=reader()))


@bp.route("/me/settings/profile", methods=["GET", "POST"])
@sign_in_required
def edit_profile() -> ResponseReturnValue:
    form = ProfileForm.filled_from(profile_of(member()), member())
    if form.validate_on_submit():
        operations.describe(by=member(), **form.parts())
        flash(_("Saved."))
        return see_other(f"/members/{member().handle}")
    return page("community/edit_profile.html", form=form, status=422 if form.errors else 200)
