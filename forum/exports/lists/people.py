"""Lists of people and of where they meet: as each chose to be seen, as far as a reader may know of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from forum.accounts.models import Member
from forum.community.directory import members_in
from forum.community.models import Group
from forum.community.queries import all_countries, all_professions, all_regions, all_themes, countries_in
from forum.community.views import wanted
from forum.exports.files import Row
from forum.exports.lists.listing import AT_ONCE, NAMES, Listing, Pages, in_languages, whole
from forum.groups.queries import groups_for, people_in


def _members(args: MultiDict[str, str], reader: Member | None) -> Pages:
    narrowed = wanted(args)
    return lambda number: members_in(narrowed, reader=reader, number=number, size=AT_ONCE)


def _person(row: Any) -> Row:
    profession = next((p for p in all_professions() if p.id == row.profession_id), None)
    country = next((c for c in all_countries() if c.code == row.country_code), None)
    return {
        "name": row.name, "profession": profession.label("en") if profession else None, "organisation": row.organisation,
        "country": country.label("en") if country else None, "languages": "; ".join(row.languages or ()),
        "url": f"/members/{row.handle}",
    }  # fmt: skip


def of_people_in(group: Group) -> Listing:
    """Who is in a group its reader loaded, as the members of the forum see it: whoever looks after a group sees on its
    page those too who keep out of the directory, and takes no list of them away."""

    def open(args: MultiDict[str, str], reader: Member | None) -> Pages:
        return lambda number: people_in(group, reader=reader, page=number, size=AT_ONCE)

    columns = ("name", "facilitator", "profession", "organisation", "country", "url")
    return Listing(f"/groups/{group.slug}/members", columns, open, _person_in_group)


def _person_in_group(row: Any) -> Row:
    return {
        "name": row.name, "facilitator": "yes" if row.is_facilitator else "no",
        "profession": row.profession.label("en") if row.profession else None, "organisation": row.organisation or None,
        "country": row.country.label("en") if row.country else None, "url": f"/members/{row.handle}",
    }  # fmt: skip


def _groups(args: MultiDict[str, str], reader: Member | None) -> Pages:
    return whole(groups_for(reader))


def _group(row: Any) -> Row:
    return {
        "slug": row.group.slug, "name": row.label("en"), "kind": row.group.kind.value,
        "reading": row.group.visibility.value, "joining": row.group.joining.value,
        "region": row.region.slug if row.region else None, "theme": row.theme.slug if row.theme else None,
        "description": row.group.description, "members": row.members, "url": f"/groups/{row.group.slug}",
    }  # fmt: skip


def _regions(args: MultiDict[str, str], reader: Member | None) -> Pages:
    return whole(all_regions())


def _region(row: Any) -> Row:
    countries = "; ".join(country.code for country in countries_in(row.id))
    return {"slug": row.slug, **in_languages(row), "countries": countries, "url": f"/regions/{row.slug}"}


def _themes(args: MultiDict[str, str], reader: Member | None) -> Pages:
    return whole(all_themes())


def _theme(row: Any) -> Row:
    return {"slug": row.slug, **in_languages(row), "definition": row.definition, "url": f"/themes/{row.slug}"}


DIRECTORY = Listing(
    "/members", ("name", "profession", "organisation", "country", "languages", "url"), _members, _person
)
PLACES: Mapping[str, Listing] = {
    "groups": Listing(
        "/groups",
        (
            "slug", "name", "kind", "reading", "joining", "region", "theme", "description", "members", "url",
        ),
        _groups,
        _group,
    ),
    "regions": Listing("/regions", ("slug", *NAMES, "countries", "url"), _regions, _region),
    "themes": Listing("/themes", ("slug", *NAMES, "definition", "url"), _themes, _theme),
}  # fmt: skip
