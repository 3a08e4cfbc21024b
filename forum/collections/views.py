"""Pages of collections."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize, may
from forum.accounts.session import member, reader, sign_in_required
from forum.catalogue.asked import Asked, asked_entries
from forum.catalogue.queries import get_entry
from forum.collections import operations
from forum.collections.forms import CollectionForm, ItemForm
from forum.collections.models import Collection
from forum.collections.queries import (
    collections_to_fill,
    collections_with,
    get_collection,
    items_of,
    latest_collections,
)
from forum.community.belonging import groups_to_post_in
from forum.community.models import Group
from forum.entries.models import Visibility
from forum.entries.titles import Named, titles_of
from forum.kernel.errors import NotFound
from forum.web.hypermedia import page, see_other
from forum.web.limits import limited
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("collections", __name__)
DEEDS = frozenset({"up", "down", "remove", "note"})


@bp.app_context_processor
def where_it_was_collected() -> dict[str, object]:
    """For pages of the slices below: the collections that hold an entry, as whoever looks may see them."""
    return {"collections_holding": lambda entry: collections_with(entry.id, reader=reader())}


@bp.get("/collections")
def index() -> ResponseReturnValue:
    """All collections, the last changed first."""
    found = latest_collections(reader=reader(), page=asked_page())
    return page("collections/index.html", collections=no_such_page(found))


@bp.get("/collections/<int:collection_id>")
def show(collection_id: int) -> ResponseReturnValue:
    """One collection, in its order."""
    return _page_of(get_collection(collection_id, reader=reader()), ItemForm(), Asked([], []))


@bp.route("/collections/new", methods=["GET", "POST"])
@sign_in_required
@limited("30 per hour")
def new() -> ResponseReturnValue:
    """Begin a collection, with an entry in it where the address names one."""
    entry = _entry_asked_for()
    form = CollectionForm(request.form, data={"title": request.args.get("title", "")})
    form.offer(groups_to_post_in(member()))
    if request.method == "POST" and form.validate():
        visibility, group = _audience(form, groups_to_post_in(member()))
        made = operations.make_collection(
            title=form.title.data or "", note=form.note.data or "", visibility=visibility, group=group, by=member()
        )
        if entry is not None:
            operations.put_in(made, get_entry(entry.id, reader=member()), by=member())
        return see_other(f"/collections/{made.id}")
    return page("collections/new.html", form=form, entry=entry, status=422 if form.errors else 200)


@bp.route("/collections/<int:collection_id>/edit", methods=["GET", "POST"])
@sign_in_required
def edit(collection_id: int) -> ResponseReturnValue:
    """Say otherwise what a collection is, or who may read it."""
    collection = get_collection(collection_id, reader=member())
    authorize(member(), Can.CURATE, collection)
    groups = groups_to_post_in(member())
    if collection.group is not None and collection.group not in groups:
        groups = [*groups, collection.group]
    audience = f"group:{collection.group.slug}" if collection.group is not None else collection.visibility.value
    said = {"title": collection.title, "note": collection.note, "audience": audience}
    form = CollectionForm(request.form, data=said)
    form.offer(groups)
    if request.method == "POST" and form.validate():
        visibility, group = _audience(form, groups)
        operations.edit_collection(
            collection,
            title=form.title.data or "",
            note=form.note.data or "",
            visibility=visibility,
            group=group,
            by=member(),
        )
        flash(_("That is saved."), "success")
        return see_other(f"/collections/{collection.id}")
    return page("collections/edit.html", form=form, collection=collection, status=422 if form.errors else 200)


@bp.get("/collections/choose")
@sign_in_required
def choose() -> ResponseReturnValue:
    """Into which collection to put the entry the address names."""
    entry = _entry_asked_for()
    return page("collections/choose.html", entry=entry, collections=collections_to_fill(member()))


@bp.post("/collections/<int:collection_id>/items")
@sign_in_required
@limited("300 per hour")
def put_in(collection_id: int) -> ResponseReturnValue:
    """Put entries into a collection, or go on with the form."""
    collection, form = get_collection(collection_id, reader=member()), ItemForm(request.form)
    authorize(member(), Can.CURATE, collection)
    form.about.data = request.form.get("add") or form.about.data
    about = asked_entries(form.about.data or "", reader=member())
    if not form.validate() or about.unknown or not about.found:
        if not about.found and not about.unknown:
            form.about.errors = [_("Write the reference or number of what to put in.")]
        return _page_of(collection, form, about, status=422)
    for entry in about.found:
        operations.put_in(collection, get_entry(entry.id, reader=member()), note=form.note.data or "", by=member())
    flash(_("It is in the collection."), "success")
    return see_other(f"/collections/{collection.id}")


@bp.post("/collections/<int:collection_id>/items/<int:entry_id>")
@sign_in_required
def change_item(collection_id: int, entry_id: int) -> ResponseReturnValue:
    """Move an entry up or down, say a word about it, or take it out."""
    collection, deed = get_collection(collection_id, reader=member()), request.form.get("deed", "")
    seen = [item.entry.id for item in items_of(collection, reader=member())]
    if entry_id not in seen or deed not in DEEDS:
        authorize(member(), Can.CURATE, collection)
        raise NotFound
    if deed == "remove":
        operations.take_out(collection, entry_id, by=member())
    elif deed == "note":
        operations.annotate(collection, entry_id, note=request.form.get("note", ""), by=member())
    else:
        at = seen.index(entry_id) + (1 if deed == "down" else -1)
        operations.move(collection, entry_id, past=seen[at] if 0 <= at < len(seen) else None, by=member())
    return see_other(f"/collections/{collection.id}#item-{entry_id}")


def _page_of(collection: Collection, form: ItemForm, about: Asked, *, status: int = 200) -> ResponseReturnValue:
    return page(
        "collections/show.html",
        status=status,
        collection=collection,
        items=items_of(collection, reader=reader()),
        mine=may(reader(), Can.CURATE, collection),
        form=form,
        about=about,
    )


def _entry_asked_for() -> Named | None:
    asked = request.args.get("entry", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    entry = get_entry(int(asked), reader=member())
    return titles_of([entry.id]).get(entry.id)


def _audience(form: CollectionForm, groups: list[Group]) -> tuple[Visibility, Group | None]:
    kind, _colon, slug = (form.audience.data or "").partition(":")
    if kind == Visibility.GROUP.value:
        return Visibility.GROUP, next(group for group in groups if group.slug == slug)
    return Visibility(kind), None
