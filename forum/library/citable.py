"""Resources as they are cited."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm.util import identity_key

from forum.citing.citable import Citable, Genre, Name, register
from forum.entries.models import Entry, Kind
from forum.entries.queries import tags_of
from forum.kernel.db import db
from forum.library.models import Contribution, Contributor, Licence, Resource, ResourceFile

RESOURCE: Any = Resource.__table__.c
GENRES = {
    "report": Genre.REPORT,
    "law-standard": Genre.LAW,
    "guideline": Genre.REPORT,
    "toolkit": Genre.TEACHING,
    "policy-brief": Genre.BRIEF,
    "article": Genre.ARTICLE,
    "declaration": Genre.DOCUMENT,
    "training": Genre.TEACHING,
    "webinar": Genre.BROADCAST,
}
#: Types in English, for programs: a file must not change with the language of who asked for it.
ENGLISH = {"law-standard": "Law or standard"}
CREATIVE_COMMONS = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_ND: "https://creativecommons.org/licenses/by-nd/4.0/",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
    Licence.CC_BY_NC_SA: "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    Licence.CC_BY_NC_ND: "https://creativecommons.org/licenses/by-nc-nd/4.0/",
    Licence.PUBLIC_DOMAIN: "https://creativecommons.org/publicdomain/mark/1.0/",
    Licence.RIGHTS_RESERVED: "All rights reserved",
}
DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\d{4,9}/\S+)", re.IGNORECASE)
#: United Nations document symbols, as they stand in parentheses behind a title.
SYMBOL = re.compile(r"\(((?:CRC|A|E|CCPR|CAT)/[A-Z0-9/.()-]{3,30}|CM/Rec\(\d{4}\)\d+)\)")


def citable_resources(ids: list[int], site: str) -> Mapping[int, Citable]:
    """These resources as they are cited, in four statements; two of one that its page has loaded already."""
    if len(ids) == 1 and (loaded := db.session.identity_map.get(identity_key(Resource, ids[0]))) is not None:
        resource: Resource = loaded
        names = _by_contribution(resource.contributors)
        return {ids[0]: _citable(resource, names, _files(ids, site).get(ids[0], ""), tags_of(ids)[ids[0]], site)}
    columns = (
        RESOURCE.id, RESOURCE.title, RESOURCE.alternative_titles, RESOURCE.abstract, RESOURCE.year, RESOURCE.issued,
        RESOURCE.publisher, RESOURCE.languages, RESOURCE.type, RESOURCE.licence, RESOURCE.url, Entry.language,
    )  # fmt: skip
    rows = db.session.execute(select(*columns).join(Entry, Entry.id == RESOURCE.id).where(RESOURCE.id.in_(ids))).all()
    people, files, tags = _people(ids), _files(ids, site), tags_of(ids)
    return {
        row.id: _citable(row, _by_contribution(people[row.id]), files.get(row.id, ""), tags[row.id], site)
        for row in rows
    }


def _citable(row: Any, names: Mapping[Contribution, list[Name]], file: str, tags: Any, site: str) -> Citable:
    doi = DOI.match(row.url)
    symbol = SYMBOL.search(row.title)
    return Citable(
        key=f"jwc-{row.id}",
        genre=GENRES.get(row.type, Genre.DOCUMENT),
        kind_word=ENGLISH.get(row.type) or row.type.replace("-", " ").capitalize(),
        title=row.title,
        alternative_titles=tuple(row.alternative_titles),
        language=row.language,
        languages=tuple(row.languages),
        issued=row.issued or (str(row.year) if row.year else None),
        authors=tuple(names.get(Contribution.AUTHOR, ())),
        editors=tuple(names.get(Contribution.EDITOR, ())),
        translators=tuple(names.get(Contribution.TRANSLATOR, ())),
        publisher=row.publisher,
        abstract=row.abstract,
        url=f"{site}/library/{row.id}",
        source=row.url,
        doi=doi[1].rstrip(".") if doi else "",
        number=symbol[1] if symbol else "",
        licence=CREATIVE_COMMONS.get(row.licence, ""),
        file=file if row.licence.lets_us_share else "",
        themes=tuple(theme.label("en") for theme in tags.themes),
        regions=tuple(region.label("en") for region in tags.regions),
    )


def _people(ids: list[int]) -> dict[int, list[Contributor]]:
    found: dict[int, list[Contributor]] = defaultdict(list)
    rows = select(Contributor).where(Contributor.resource_id.in_(ids)).order_by(Contributor.position)
    for row in db.session.scalars(rows):
        found[row.resource_id].append(row)
    return found


def _by_contribution(people: Iterable[Contributor]) -> dict[Contribution, list[Name]]:
    found: dict[Contribution, list[Name]] = defaultdict(list)
    for person in people:
        found[person.contribution].append(Name(person.name, person.is_organisation))
    return found


def _files(ids: list[int], site: str) -> dict[int, str]:
    """The address of one file of each, a PDF if there is one, else the first."""
    standing = select(ResourceFile).where(ResourceFile.resource_id.in_(ids), ResourceFile.removed_at.is_(None))
    found: dict[int, str] = {}
    for file in db.session.scalars(
        standing.order_by(ResourceFile.media_type != "application/pdf", ResourceFile.number)
    ):
        address = f"{site}/library/{file.resource_id}/files/{file.number}/{quote(file.name)}"
        found.setdefault(file.resource_id, address)
    return found


register(Kind.RESOURCE, citable_resources)
