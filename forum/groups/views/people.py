"""Who is in a group, who would like to be, and what facilitators answer."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize, may
from forum.accounts.models import Member
from forum.accounts.session import member, reader, sign_in_required
from forum.community.models import Group
from forum.groups import operations
from forum.groups.forms import AnswerForm, BringInForm
from forum.groups.queries import get_group, group_page, member_called, membership_in, people_in, requests_for
from forum.groups.views.blueprint import bp
from forum.groups.views.groups import about
from forum.web.hypermedia import page, see_other, wants_fragment
from forum.web.paging import asked_page, no_such_page


@bp.get("/groups/<slug>/members")
def members(slug: str) -> ResponseReturnValue:
    """The people of a group, each with what they chose to show."""
    return people_page(slug, BringInForm(formdata=None))


@bp.post("/groups/<slug>/members")
@sign_in_required
def bring_in(slug: str) -> ResponseReturnValue:
    form, group = BringInForm(), get_group(slug, reader=member())
    authorize(member(), Can.ADMIT, group)
    if not form.validate_on_submit():
        return people_page(slug, form, status=422)
    who = member_called(form.handle.data or "")
    if who is None:
        form.handle.errors = [_("There is no member with this handle. It stands on their profile, after the @.")]
        return people_page(slug, form, status=422)
    operations.bring_in(who, group, by=member())
    flash(_("%(name)s is in the group now, and is told so by mail.", name=who.name), "good")
    return see_other(f"/groups/{slug}/members")


@bp.post("/groups/<slug>/members/<handle>/remove")
@sign_in_required
def remove(slug: str, handle: str) -> ResponseReturnValue:
    operations.remove(membership_in(looked_after(slug), handle), by=member())
    return see_other(f"/groups/{slug}/members")


@bp.post("/groups/<slug>/members/<handle>/facilitate")
@sign_in_required
def name_facilitator(slug: str, handle: str) -> ResponseReturnValue:
    operations.name_facilitator(membership_in(looked_after(slug), handle), by=member())
    return see_other(f"/groups/{slug}/members")


@bp.post("/groups/<slug>/members/<handle>/relieve")
@sign_in_required
def relieve(slug: str, handle: str) -> ResponseReturnValue:
    operations.relieve(membership_in(looked_after(slug), handle), by=member())
    return see_other(f"/groups/{slug}/members")


@bp.get("/groups/<slug>/requests")
@sign_in_required
def requests(slug: str) -> ResponseReturnValue:
    """Who waits to be let in."""
    return requests_page(looked_after(slug), AnswerForm(formdata=None))


@bp.post("/groups/<slug>/requests/<handle>/admit")
@sign_in_required
def admit(slug: str, handle: str) -> ResponseReturnValue:
    return answer(slug, handle, admitted=True)


@bp.post("/groups/<slug>/requests/<handle>/decline")
@sign_in_required
def decline(slug: str, handle: str) -> ResponseReturnValue:
    return answer(slug, handle, admitted=False)


def answer(slug: str, handle: str, *, admitted: bool) -> ResponseReturnValue:
    """Admit or decline, then show who still waits."""
    form, group = AnswerForm(), looked_after(slug)
    if not form.validate_on_submit():
        return requests_page(group, form, handle=handle, status=422)
    answered = operations.admit if admitted else operations.decline
    answered(membership_in(group, handle), by=member(), word=form.word.data or "")
    if wants_fragment():
        return requests_page(group, AnswerForm(formdata=None))
    return see_other(f"/groups/{slug}/requests")


def looked_after(slug: str) -> Group:
    """The group at this address, for those only who may answer its requests."""
    group = get_group(slug, reader=member())
    authorize(member(), Can.ADMIT, group)
    return group


def requests_page(group: Group, form: AnswerForm, *, handle: str = "", status: int = 200) -> ResponseReturnValue:
    """Who waits; `handle` names whose answer came back with errors."""
    waiting = requests_for(group)
    card = group_page(group.slug, reader=member())
    shown = {"waiting": waiting, "answer": form, "answered": handle}
    return page("groups/requests.html", fragment="requests", status=status, **shown, **about(card))


def people_page(slug: str, form: BringInForm, status: int = 200) -> ResponseReturnValue:
    """The members of a group; facilitators also see those who keep out of the directory."""
    card = group_page(slug, reader=reader())
    tends = may_tend(card.group)
    people = people_in(card.group, reader=reader(), page=asked_page(), all_of_them=tends)
    shown = {"people": no_such_page(people), "bring_in_form": form}
    return page("groups/members.html", fragment="people", status=status, **shown, **about(card))


def may_tend(group: Group) -> bool:
    asking: Member | None = reader()
    return asking is not None and may(asking, Can.ADMIT, group)
