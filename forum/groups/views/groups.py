"""The grid of regions and themes; one group; coming and going."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from forum.access.rules import Can, may
from forum.accounts.session import member, reader, sign_in_required
from forum.community.models import GroupKind, GroupVisibility
from forum.community.queries import Word, all_regions, all_themes
from forum.groups import operations
from forum.groups.forms import JoinForm
from forum.groups.queries import GroupCard, GroupPage, activity_grid, get_group, group_page, groups_for
from forum.groups.views.blueprint import bp
from forum.groups.words import BROUGHT_IN, HOW_TO_JOIN, WHO_READS
from forum.kernel.paging import Page
from forum.threads.queries import ThreadRow, latest_threads
from forum.threads.views.rows import threads_shown
from forum.web.hypermedia import page, see_other, wants_fragment
from forum.web.paging import asked_page, no_such_page


@bp.get("/groups")
def index() -> ResponseReturnValue:
    """Where conversations happen: my groups, the grid, then every group the reader may know of."""
    cards, regions, themes = groups_for(reader()), all_regions(), all_themes()
    working = [card for card in cards if card.group.kind is GroupKind.WORKING]
    grid = activity_grid(reader=reader())
    return page(
        "groups/index.html",
        mine=[card for card in cards if card.is_mine or card.is_asked_for],
        of_regions=by_place(cards, GroupKind.REGION, regions),
        of_themes=by_place(cards, GroupKind.THEME, themes),
        working=working,
        in_cells={(card.group.region_id, card.group.theme_id): card for card in working},
        grid=grid,
        talked_about=Counter(region_id for region_id, _theme_id in grid),
        regions=regions,
        themes=themes,
    )


def by_place(cards: list[GroupCard], kind: GroupKind, places: Sequence[Word]) -> dict[int, GroupCard]:
    """The groups of these regions or themes by the id of their place, in the order of the places."""
    found = {card.group.region_id or card.group.theme_id: card for card in cards if card.group.kind is kind}
    return {place.id: found[place.id] for place in places if place.id in found}


@bp.get("/groups/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One group: what it is, who looks after it, what is said in it."""
    group = group_page(slug, reader=reader())
    threads = threads_shown(group_id=group.group.id, page=asked_page())
    return page("groups/show.html", fragment="conversations", threads=no_such_page(threads), **about(group))


@bp.post("/groups/<slug>/join")
@sign_in_required
def join(slug: str) -> ResponseReturnValue:
    form, group = JoinForm(), get_group(slug, reader=member())
    if not form.validate_on_submit():
        return membership_panel(slug, form, status=422)
    operations.join(group, by=member(), note=form.note.data or "")
    return membership_panel(slug, form) if wants_fragment() else see_other(f"/groups/{slug}")


@bp.post("/groups/<slug>/leave")
@sign_in_required
def leave(slug: str) -> ResponseReturnValue:
    group = get_group(slug, reader=member())
    operations.leave(group, by=member())
    if group.visibility is GroupVisibility.PRIVATE and not member().is_moderator:
        return see_other("/groups")  # its page is not there for them any more
    return membership_panel(slug, JoinForm()) if wants_fragment() else see_other(f"/groups/{slug}")


def membership_panel(slug: str, form: JoinForm, status: int = 200) -> ResponseReturnValue:
    """What the reader is to this group now; to a browser without htmx, on the group's whole page."""
    group = group_page(slug, reader=reader())
    threads: Page[ThreadRow] = Page([])
    if not wants_fragment():
        threads = latest_threads(reader=reader(), group_id=group.group.id)
    shown = about(group, form)
    return page("groups/show.html", fragment="membership", status=status, threads=threads, **shown)


def about(group: GroupPage, form: JoinForm | None = None) -> dict[str, Any]:
    """What every page of a group shows about it and offers to this reader."""
    asking = reader()
    near = group.is_mine or (asking is not None and asking.is_moderator)
    return {
        "group": group,
        # a form has a token and a token a session: visitors need none, and their page can be kept for the next
        "form": form or (JoinForm() if asking else None),
        "who_reads": WHO_READS,
        "how_to_join": HOW_TO_JOIN,
        "brought_in": BROUGHT_IN,
        "joins_at_once": may(asking, Can.JOIN, group.group),
        # nobody else may, so strangers' pages need not ask the database
        "may_post": near and may(asking, Can.POST, group.group),
        "may_manage": near and may(asking, Can.MANAGE_GROUP, group.group),
    }
