"""Who may read a resource, as a form asks it."""

from __future__ import annotations

from forum.accounts.session import member
from forum.community.belonging import groups_to_post_in
from forum.community.models import Group
from forum.entries.models import Visibility
from forum.library.forms import ResourceForm
from forum.library.models import Resource


def _groups(resource: Resource | None) -> list[Group]:
    mine = groups_to_post_in(member())
    if resource is not None and resource.group is not None and resource.group not in mine:
        return [*mine, resource.group]
    return mine


def offer_audiences(form: ResourceForm, resource: Resource | None = None) -> None:
    """Let it be read by everybody, by members, by one of the member's groups; a draft by nobody else for now."""
    form.offer_audiences(_groups(resource), drafts=resource is not None and resource.visibility is Visibility.DRAFT)


def chosen_audience(form: ResourceForm, resource: Resource | None = None) -> tuple[Visibility, Group | None]:
    """What was chosen; only behind a form that validated."""
    kind, _colon, slug = (form.audience.data or "").partition(":")
    if kind == Visibility.GROUP.value:
        return Visibility.GROUP, next(group for group in _groups(resource) if group.slug == slug)
    return Visibility(kind), None
