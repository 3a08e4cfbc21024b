"""The secretariat's page to bring many resources in: look first, then confirm, then watch."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import SITE, Can, authorize
from forum.accounts.session import member, sign_in_required
from forum.imports import fields, operations, queries, words
from forum.imports.forms import FileForm
from forum.imports.models import ImportBatch, Outcome, Stage
from forum.kernel.errors import Invalid
from forum.web.hypermedia import page, see_other
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("imports", __name__, url_prefix="/library/import")


@bp.route("", methods=["GET", "POST"])
@sign_in_required
def index() -> ResponseReturnValue:
    """Send a file to be checked; the files sent before."""
    authorize(member(), Can.EDIT_RECORD, SITE)
    form = FileForm()
    if form.validate_on_submit():
        try:
            batch = operations.check_file(form.file.data.read(), form.file.data.filename or "", by=member())
            return see_other(f"/library/import/{batch.id}")
        except Invalid as error:
            form.file.errors = [str(error)]
    batches = no_such_page(queries.latest_batches(page=asked_page()))
    return page(
        "imports/index.html",
        form=form,
        batches=batches,
        words=words,
        known=fields.FIELDS,
        status=422 if form.errors else 200,
    )


@bp.get("/<int:batch_id>")
@sign_in_required
def show(batch_id: int) -> ResponseReturnValue:
    """What would become of each row, or what became of it."""
    authorize(member(), Can.EDIT_RECORD, SITE)
    return _shown(queries.get_batch(batch_id))


def _shown(batch: ImportBatch, *, mapping: dict[str, str] | None = None, wrong: str = "") -> ResponseReturnValue:
    asked = request.args.get("outcome", "")
    outcome = Outcome(asked) if asked in list(Outcome) else None
    return page(
        "imports/show.html",
        fragment="found",
        batch=batch,
        rows=no_such_page(queries.rows_of(batch, outcome=outcome, page=asked_page())),
        outcome=outcome,
        outcomes=list(Outcome),
        tally=operations.counts(batch),
        mapping=batch.mapping if mapping is None else mapping,
        title_column=next((column for column, field in batch.mapping.items() if field == "title"), ""),
        fields=fields.FIELDS,
        words=words,
        Stage=Stage,
        wrong=wrong,
        status=422 if wrong else 200,
    )


@bp.post("/<int:batch_id>/columns")
@sign_in_required
def columns(batch_id: int) -> ResponseReturnValue:
    """Say what the columns mean; every row is checked again."""
    batch = queries.get_batch(batch_id)
    said = {column: request.form.get(f"column-{n}", "") for n, column in enumerate(batch.columns)}
    try:
        operations.read_columns_as(batch, said, by=member())
    except Invalid as error:
        return _shown(batch, mapping=said, wrong=str(error))
    flash(_("Every row was checked again."))
    return see_other(f"/library/import/{batch.id}")


@bp.post("/<int:batch_id>/confirm")
@sign_in_required
def confirm(batch_id: int) -> ResponseReturnValue:
    """Bring in what is new."""
    batch = queries.get_batch(batch_id)
    operations.confirm(batch, by=member())
    return see_other(f"/library/import/{batch.id}")
