"""Members as documents: only those in the directory, with only what each shows, to whom they show it.

What everyone may see and what members may see are two documents, so that a visitor's query can never match a word
that only members are shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from forum.accounts.models import Member
from forum.community.models import Profile, Shown
from forum.kernel.db import db
from forum.search.analysis import analysed
from forum.search.audience import MEMBERS, VISITORS
from forum.search.engine import Document
from forum.search.signing import signed


def key_of(member_id: int, *, for_visitors: bool = False) -> str:
    return f"member/{member_id}{'/visitors' if for_visitors else ''}"


def documents_of_members(member_ids: Iterable[int]) -> tuple[list[Document], list[str]]:
    """The documents of these members as they are now, and the keys of those that have none."""
    ids = list(member_ids)
    made = [
        _document(member, profile, for_visitors=for_visitors)
        for for_visitors in (False, True)
        for member, profile in in_the_directory(ids, for_visitors=for_visitors)
    ]
    found = {document.key for document in made}
    keys = [key_of(id, for_visitors=each) for id in ids for each in (False, True)]
    return made, [key for key in keys if key not in found]


def shown(part: Shown, *, for_visitors: bool) -> bool:
    """Whether a part of a profile is shown to visitors, or to members."""
    return part is Shown.EVERYONE or (part is Shown.MEMBERS and not for_visitors)


def in_the_directory(ids: Iterable[int], *, for_visitors: bool) -> list[tuple[Member, Profile]]:
    """Those of these members whom the directory shows, to visitors or to members."""
    rows = db.session.execute(
        select(Member, Profile)
        .join(Profile, Profile.member_id == Member.id)
        .where(Member.id.in_(list(ids)), Member.erased_at.is_(None))
        .options(joinedload(Profile.country), joinedload(Profile.profession))
        .options(selectinload(Profile.regions), selectinload(Profile.themes))
    )
    return [
        (member, profile)
        for member, profile in rows
        if member.is_admitted and shown(profile.shown_in_directory, for_visitors=for_visitors)
    ]


def said(profile: Profile, *, for_visitors: bool) -> str:
    """What a member tells about themselves, as far as it is shown."""
    parts: list[str] = list(profile.profession.labels.values()) if profile.profession else []
    if shown(profile.shown_organisation, for_visitors=for_visitors):
        parts.append(profile.organisation)
    if profile.country and shown(profile.shown_country, for_visitors=for_visitors):
        parts += profile.country.labels.values()
    if shown(profile.shown_about, for_visitors=for_visitors):
        parts.append(profile.about)
    return "\n".join(part for part in parts if part)


def _document(member: Member, profile: Profile, *, for_visitors: bool) -> Document:
    made = Document(
        key=key_of(member.id, for_visitors=for_visitors),
        kind="member",
        language=member.language,
        title=analysed(member.name, member.language),
        body=analysed(said(profile, for_visitors=for_visitors), member.language),
        names=analysed(member.handle, member.language),
        audience=frozenset({VISITORS if for_visitors else MEMBERS}),
        facets={
            "region": tuple(region.slug for region in profile.regions),
            "theme": tuple(theme.slug for theme in profile.themes),
        },
        at=member.joined_at,
    )
    return signed(made)
