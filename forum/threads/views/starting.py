"""Starting a conversation."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.session import member, sign_in_required
from forum.catalogue.asked import Asked, asked_entries
from forum.catalogue.queries import groups_of, suggest, tags_of
from forum.community.models import Group
from forum.kernel.text import trusted
from forum.threads import operations
from forum.threads.forms import ThreadForm
from forum.threads.queries import all_groups, draft_for, groups_to_post_in
from forum.threads.views.blueprint import bp
from forum.threads.views.choices import offer_tags
from forum.threads.views.language import other_language
from forum.web.hypermedia import page, see_other
from forum.web.languages import chosen
from forum.web.limits import WRITING, at_most

#: Buttons that change the form, or show what will come of it, instead of sending it.
NOT_YET = frozenset({"preview", "add", "replace", "find"})


@bp.get("/threads/new")
@sign_in_required
def new() -> ResponseReturnValue:
    """The form to start a conversation, filled with what the address, the group and the entry tell."""
    groups = _groups()
    slug, about = request.args.get("group", ""), request.args.get("about", "")[:600]
    draft = draft_for("new", reader=member())
    entries = asked_entries(about, reader=member())
    form = ThreadForm(
        group=slug if slug in groups else _where_it_belongs(entries, groups),
        about=about,
        language=member().language,
        title=draft.title if draft else request.args.get("title", "")[:200],
        body=draft.body if draft else request.args.get("text", "")[:1000] or _page_meant(),
        draft_version=draft.version if draft else 0,
    )
    form.regions.data, form.themes.data = _tags_to_begin_with(groups.get(slug), entries)
    return _form_page(form, groups, entries, draft=draft)


@bp.post("/threads/new")
@sign_in_required
def create() -> ResponseReturnValue:
    """Start a thread, or go on with the form."""
    groups, form = _groups(), ThreadForm(request.form)
    form.about.data = _with_choice(form.about.data or "")
    entries = asked_entries(form.about.data, reader=member())
    form.group.choices = _names(groups)
    offer_tags(form)
    asked = NOT_YET & request.form.keys()
    valid = form.validate()
    if asked or not valid or entries.unknown:
        if asked:
            valid_text = "preview" in asked and not form.body.errors
            if "preview" not in asked:
                _without_errors(form)
            return _form_page(form, groups, entries, preview=(form.body.data or "") if valid_text else "")
        return _form_page(form, groups, entries, status=422)
    at_most(WRITING, "writing")
    thread = operations.open_thread(
        groups[form.group.data],
        title=form.title.data or "",
        body=form.body.data or "",
        language=form.language.data,
        about=[e.id for e in entries.found],
        regions=form.regions.data or None,
        themes=form.themes.data or None,
        submission=form.submission.data or None,
        by=member(),
    )
    if notice := other_language(form.body.data or "", thread.language):
        flash(notice, "info")
    return see_other(f"/threads/{thread.id}")


def _form_page(
    form: ThreadForm,
    groups: dict[str, Group],
    entries: Asked,
    *,
    status: int = 200,
    preview: str = "",
    draft: object = None,
) -> ResponseReturnValue:
    form.group.choices = _names(groups)
    offer_tags(form)
    words = request.form.get("q", "") if "find" in request.form else ""
    return page(
        "threads/new.html",
        fragment="start",
        status=status,
        form=form,
        groups=groups,
        about=entries,
        draft=draft,
        words=words,
        suggestions=suggest(words, reader=member()) if words else [],
        preview=trusted(operations.rendered(preview).html) if preview else None,
    )


def _page_meant() -> str:
    """How a text about one page of what it is about begins: `page` in the address says which."""
    number = request.args.get("page", "")
    return (
        _("Page %(number)s: ", number=int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else ""
    )


def _groups() -> dict[str, Group]:
    return {g.slug: g for g in (all_groups() if member().is_moderator else groups_to_post_in(member()))}


def _names(groups: dict[str, Group]) -> list[tuple[str, str]]:
    return [(slug, group.label(chosen())) for slug, group in groups.items()]


def _where_it_belongs(entries: Asked, groups: dict[str, Group]) -> str:
    """Of the groups one writes in: that of what it is about, else one of its region or theme, else the first."""
    ids = [e.id for e in entries.found]
    homes = set(groups_of(ids))
    regions, themes = tags_of(ids)

    def fits(group: Group) -> int:
        return 4 * (group.id in homes) + 2 * (group.region_id in regions) + (group.theme_id in themes)

    return max(groups, key=lambda slug: fits(groups[slug]), default="")


def _tags_to_begin_with(group: Group | None, entries: Asked) -> tuple[list[int], list[int]]:
    regions, themes = tags_of([e.id for e in entries.found])
    if group is not None:
        regions.update(filter(None, [group.region_id]))
        themes.update(filter(None, [group.theme_id]))
    return sorted(regions), sorted(themes)


def _with_choice(typed: str) -> str:
    """The field "about" after the buttons beside it: one reference more, or one instead of another."""
    if chosen_one := request.form.get("add", "")[:60]:
        return ", ".join(filter(None, [typed.strip().rstrip(","), chosen_one]))
    wrong, _equals, right = request.form.get("replace", "")[:120].partition("=")
    if wrong and right:
        return ", ".join(right if word == wrong else word for word in typed.replace(",", " ").split())
    return typed


def _without_errors(form: ThreadForm) -> None:
    """Nobody has tried to send it yet: choosing a reference is no reason to complain about an empty text."""
    for field in form:
        field.errors = []
