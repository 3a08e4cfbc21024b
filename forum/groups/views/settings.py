"""Founding a working group, and arranging one that is there."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from forum.access.rules import SITE, Can, authorize
from forum.accounts.session import member, sign_in_required
from forum.community.models import GroupKind
from forum.community.queries import all_regions, all_themes
from forum.groups import operations
from forum.groups.forms import ArrangeForm, FoundForm
from forum.groups.queries import get_group, group_page
from forum.groups.views.blueprint import bp
from forum.groups.views.groups import about
from forum.web.hypermedia import page, see_other


@bp.route("/groups/new", methods=["GET", "POST"])
@sign_in_required
def new() -> ResponseReturnValue:
    """Found a working group."""
    authorize(member(), Can.CREATE_GROUP, SITE)
    form, language = FoundForm(), str(get_locale())
    form.region.choices = [("", _("No region")), *((r.id, r.label(language)) for r in all_regions())]
    form.theme.choices = [("", _("No theme")), *((t.id, t.label(language)) for t in all_themes())]
    if not form.validate_on_submit():
        return page("groups/new.html", status=422 if form.is_submitted() else 200, form=form)
    group = operations.found(
        form.name.data or "",
        by=member(),
        description=form.description.data or "",
        region_id=form.region.data,
        theme_id=form.theme.data,
        visibility=form.visibility.data,
        joining=form.joining.data,
    )
    return see_other(f"/groups/{group.slug}")


@bp.route("/groups/<slug>/edit", methods=["GET", "POST"])
@sign_in_required
def edit(slug: str) -> ResponseReturnValue:
    """Arrange a group: what it says of itself, who reads it, how one joins."""
    group = get_group(slug, reader=member())
    authorize(member(), Can.MANAGE_GROUP, group)
    form = ArrangeForm(obj=group)
    if group.kind is not GroupKind.WORKING:
        del form.name  # it is called what its region or theme is called
    if not form.validate_on_submit():
        shown = about(group_page(slug, reader=member())) | {"form": form}
        return page("groups/edit.html", status=422 if form.is_submitted() else 200, **shown)
    operations.arrange(
        group,
        by=member(),
        name=(form.name and form.name.data) or group.name,
        description=form.description.data or "",
        visibility=form.visibility.data,
        joining=form.joining.data,
    )
    return see_other(f"/groups/{slug}")
