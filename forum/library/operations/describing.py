"""Sharing a resource and saying what it is; every earlier description is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import select

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Because, Level, Visibility
from forum.entries.operations import changed, file_under, follow, renamed
from forum.kernel import clock
from forum.kernel.dates import is_far_off
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.kernel.text import cleaned
from forum.library.events import ResourceEdited, ResourceShared
from forum.library.models import (
    Contribution,
    Contributor,
    Licence,
    LinkState,
    PendingFile,
    Resource,
    ResourceFile,
    ResourceVersion,
)
from forum.library.operations.files import add_file


@dataclass(frozen=True)
class Person:
    """Somebody, or an organisation, that made a resource. See `Contributor`."""

    name: str
    contribution: Contribution = Contribution.AUTHOR
    is_organisation: bool = False


@dataclass(frozen=True)
class Description:
    """All that is said of a resource; the names of dcterms and schema.org for each are in docs/library.md."""

    title: str
    type: str
    alternative_titles: Sequence[str] = ()
    people: Sequence[Person] = ()
    publisher: str = ""
    issued: str = ""  # "2019", "2019-11", "2019-11-04", or nothing
    licence: Licence = Licence.UNKNOWN
    language: str = "en"  # of title and abstract
    languages: Sequence[str] = ()  # of the resource itself
    regions: Sequence[int] = ()
    themes: Sequence[int] = ()
    countries: Sequence[str] = ()
    populations: Sequence[str] = ()
    abstract: str = ""
    url: str = ""


def share(
    description: Description,
    *,
    by: Member,
    visibility: Visibility = Visibility.PUBLIC,
    group: Group | None = None,
    files: Iterable[PendingFile] = (),
) -> Resource:
    """Put a resource into the library.

    Args:
        group: whose it is; needed where only this group may read it.
        files: sent before; each becomes a file of the resource.

    Raises:
        Invalid: neither a file nor an address, or a description that does not fit.
        AlreadyHere: one of the files is in the library.
    """
    authorize(by, Can.SHARE, SITE)
    files = list(files)
    if not files and not description.url and visibility is not Visibility.DRAFT:
        raise Invalid(_("Choose a file, or give the address where it can be read."), "files")
    _refuse_without_group(visibility, group, by=by)
    resource = Resource(author_id=by.id, visibility=visibility, group_id=group.id if group else None, type="", title="")
    with db.session.no_autoflush:
        _write(resource, description)
        save(resource)
    file_under(resource, regions=description.regions, themes=description.themes)
    for file in files:
        add_file(resource, file, by=by)
    follow(resource, by=by, level=Level.EVERY_POST, because=Because.STARTED)
    changed(resource)
    record(ResourceShared(resource_id=resource.id, member_id=by.id))
    return resource


def edit(
    resource: Resource, description: Description, *, by: Member, what_changed: str = "", version: int | None = None
) -> bool:
    """Describe a resource anew; what it was described as before is kept. Tells whether anything is different.

    Args:
        what_changed: in the words of who changed it.
        version: the version the editor had before them, so that nobody undoes another's work unawares.

    Raises:
        Refused: it was changed in the meantime.
        Invalid: the description does not fit.
    """
    authorize(by, Can.EDIT_RESOURCE, resource)
    _lock(resource)
    if version is not None and version != resource.version:
        raise Refused(_("Somebody changed this in the meantime. Look at it again before you change it."))
    before, after = described(resource), as_words(description)
    if before == after:
        return False
    if before["url"] and not description.url and not _has_files(resource):
        raise Invalid(_("Choose a file, or give the address where it can be read."), "url")
    db.session.add(
        ResourceVersion(
            resource_id=resource.id,
            number=resource.version,
            what_changed=cleaned(what_changed).strip()[:500],
            before=before,
            replaced_by_id=by.id,
        )
    )
    resource.version += 1
    _write(resource, description)
    file_under(resource, regions=description.regions, themes=description.themes)
    db.session.flush()
    renamed(resource)
    record(ResourceEdited(resource_id=resource.id, member_id=by.id))
    return True


def publish(resource: Resource, *, visibility: Visibility, group: Group | None, by: Member) -> None:
    """Say who may read a resource from now on; a draft is in the library with this.

    Raises:
        Invalid: a group is needed, and none was said.
        Refused: there is nothing in it to read.
    """
    authorize(by, Can.EDIT_RESOURCE, resource)
    if visibility is resource.visibility and (group.id if group else None) == resource.group_id:
        return
    _refuse_without_group(visibility, group, by=by)
    if resource.visibility is Visibility.DRAFT and not resource.url and not _has_files(resource):
        raise Refused(_("There is neither a file nor an address in it yet."))
    if resource.visibility is Visibility.DRAFT:
        resource.active_at = clock.now()
    resource.visibility, resource.group_id = visibility, group.id if group else None
    db.session.flush()
    db.session.expire(resource, ["group"])
    renamed(resource)


def described(resource: Resource) -> dict[str, Any]:
    """What a resource is described as, in plain values that can be kept and compared."""
    return as_words(description_of(resource))


def description_of(resource: Resource) -> Description:
    """The description a resource has."""
    return Description(
        title=resource.title,
        type=resource.type,
        alternative_titles=tuple(resource.alternative_titles),
        people=tuple(Person(c.name, c.contribution, c.is_organisation) for c in resource.contributors),
        publisher=resource.publisher,
        issued=resource.issued or (str(resource.year) if resource.year else ""),
        licence=resource.licence,
        language=resource.language,
        languages=tuple(resource.languages),
        regions=tuple(region.id for region in resource.regions),
        themes=tuple(theme.id for theme in resource.themes),
        countries=tuple(resource.countries),
        populations=tuple(resource.populations),
        abstract=resource.abstract,
        url=resource.url,
    )


def as_words(description: Description) -> dict[str, Any]:
    """A description in plain values; sets are sorted, so that only what is different looks different."""
    sets = ("languages", "regions", "themes", "countries", "populations")
    found: dict[str, Any] = {field.name: getattr(description, field.name) for field in fields(description)}
    found |= {name: sorted(found[name]) for name in sets}
    found["alternative_titles"] = list(description.alternative_titles)
    found["people"] = [[p.name, p.contribution.value, p.is_organisation] for p in description.people]
    return {**found, "licence": description.licence.value}


def from_words(words: dict[str, Any]) -> Description:
    """The description that `as_words` made these of."""
    people = tuple(Person(name, Contribution(contribution), org) for name, contribution, org in words["people"])
    return replace(Description(**{**words, "people": people}), licence=Licence(words["licence"]))


def refuse_a_far_off_date(resource: Resource, description: Description) -> None:
    """Let nobody date a resource beyond next year; what bears such a date already may keep it.

    Raises:
        Invalid: it would be.
    """
    if is_far_off(description.issued) and description.issued != resource.issued:
        year = description.issued[:4]
        raise Invalid(
            _("%(year)s is still far off. Write when it was published, or leave it empty.", year=year), "issued"
        )


def _write(resource: Resource, description: Description) -> None:
    title = " ".join(cleaned(description.title).split())
    if not title or len(title) > Resource.TITLE_LENGTH:
        raise Invalid(_("Give it its title, in at most 400 letters."), "title")
    refuse_a_far_off_date(resource, description)
    if description.url != resource.url:
        resource.link_state, resource.link_alive_at, resource.url_kind = LinkState.UNCHECKED, None, None
    resource.title, resource.type = title, description.type
    resource.alternative_titles = list(description.alternative_titles)
    resource.publisher, resource.licence = description.publisher, description.licence
    resource.issued = description.issued or None
    resource.year = int(description.issued[:4]) if description.issued else None
    resource.language, resource.languages = description.language, list(description.languages)
    resource.countries, resource.populations = list(description.countries), list(description.populations)
    resource.abstract, resource.url = cleaned(description.abstract).strip(), description.url
    made = [Person(c.name, c.contribution, c.is_organisation) for c in resource.contributors]
    if made != list(description.people):
        if resource.id is not None:
            resource.contributors.clear()
            db.session.flush()  # their places are taken until they are gone
        for position, person in enumerate(description.people, 1):
            resource.contributors.append(
                Contributor(
                    position=position,
                    name=person.name,
                    contribution=person.contribution,
                    is_organisation=person.is_organisation,
                )
            )


def _refuse_without_group(visibility: Visibility, group: Group | None, *, by: Member) -> None:
    if group is not None:
        authorize(by, Can.POST, group)
    elif visibility is Visibility.GROUP:
        raise Invalid(_("Choose the group that may read it."), "audience")


def _has_files(resource: Resource) -> bool:
    standing = select(ResourceFile.id).where(ResourceFile.resource_id == resource.id, ResourceFile.removed_at.is_(None))
    return db.session.scalar(standing.limit(1)) is not None


def _lock(resource: Resource) -> None:
    """Hold a resource until the unit of work ends, and see it as it is now."""
    table = Resource.__table__
    db.session.execute(select(table.c.id).where(table.c.id == resource.id).with_for_update())
    db.session.refresh(resource)
