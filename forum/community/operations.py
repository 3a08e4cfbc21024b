"""What members do with what they tell about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from forum.accounts import operations as accounts
from forum.accounts.models import Member
from forum.accounts.zones import NOT_SAID, zone_of_country
from forum.community.directory import blank_profile
from forum.community.events import ProfileChanged
from forum.community.models import Membership, Profile, ProfileRegion, ProfileTheme, Region, Theme
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.events import record


def describe(*, by: Member, name: str, region_ids: Sequence[int], theme_ids: Sequence[int], **parts: Any) -> Profile:
    """Say anew who one is and who may see it.

    Whose clock nobody knows yet gets the one of their country, where it has only one: mail comes at their morning.

    Args:
        name: as others read it.
        region_ids: regions of interest, with `theme_ids` the themes.
        parts: columns of Profile: profession, organisation, country, languages, about and to whom each is shown.
    """
    profile = db.session.get(Profile, by.id) or save(blank_profile(by))
    by.name = name
    for part, value in parts.items():
        setattr(profile, part, value)
    profile.regions = list(db.session.scalars(select(Region).where(Region.id.in_(region_ids))))
    profile.themes = list(db.session.scalars(select(Theme).where(Theme.id.in_(theme_ids))))
    if by.time_zone == NOT_SAID and (zone := zone_of_country(profile.country_code or "", clock.now())):
        accounts.settle_in(by, language=by.language, time_zone=zone)
    record(ProfileChanged(member_id=by.id))
    return profile


def leave(member: Member) -> None:
    """Erase the person: account, profile and memberships go; what they said stays, without a name."""
    for table in (ProfileRegion, ProfileTheme, Profile, Membership):
        db.session.execute(
            delete(table)
            .where(table.member_id == member.id)  # type: ignore[attr-defined]
            .execution_options(synchronize_session=False)
        )
    accounts.erase(member)
    record(ProfileChanged(member_id=member.id))
