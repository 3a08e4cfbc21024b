"""The secretariat's desk: adding to the record, putting it right, adopting recommendations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import SITE, Can, authorize
from forum.accounts.session import member, reader, sign_in_required
from forum.catalogue.pages import by_reference
from forum.kernel.errors import Invalid, NotFound
from forum.meetings import operations as events
from forum.meetings.forms import CongressForm, MeetingForm, as_typed
from forum.meetings.models import Congress, Meeting
from forum.meetings.queries import all_congresses, get_congress, get_meeting
from forum.recommendations import operations
from forum.recommendations.forms import EvidenceForm, RecommendationForm
from forum.recommendations.models import Recommendation
from forum.recommendations.queries import get_recommendation
from forum.web.hypermedia import page, see_other

bp = Blueprint("desk", __name__)


@bp.route("/congresses/new", methods=["GET", "POST"])
@sign_in_required
def new_congress() -> ResponseReturnValue:
    """Add a congress."""
    authorize(member(), Can.EDIT_RECORD, SITE)
    form = CongressForm()
    if form.validate_on_submit():
        try:
            return see_other(f"/congresses/{events.add_congress(form.facts(), by=member()).reference}")
        except Invalid as error:
            blame(form, error)
    return form_page(form, _("Add a congress"), "/congresses/new", "/congresses")


@bp.route("/congresses/<reference>/edit", methods=["GET", "POST"])
@sign_in_required
@by_reference
def edit_congress(reference: str) -> ResponseReturnValue:
    """Put a congress right."""
    congress = get_congress(reference, reader=reader())
    authorize(member(), Can.EDIT_RECORD, congress)
    form = CongressForm(data={**plain_columns(congress), "conflicts": "\n".join(congress.conflicts)})
    there = f"/congresses/{congress.reference}"
    if form.validate_on_submit():
        try:
            events.edit_congress(congress, form.facts(), by=member())
            return see_other(there)
        except Invalid as error:
            blame(form, error)
    return form_page(form, _("Edit %(reference)s", reference=congress.reference), f"{there}/edit", there)


@bp.route("/meetings/new", methods=["GET", "POST"])
@sign_in_required
def new_meeting() -> ResponseReturnValue:
    """Add a meeting."""
    authorize(member(), Can.EDIT_RECORD, SITE)
    form = MeetingForm(congresses=list(all_congresses(reader=reader())))
    if form.validate_on_submit():
        return see_other(f"/meetings/{events.add_meeting(form.facts(), by=member()).reference}")
    return form_page(form, _("Add a meeting"), "/meetings/new", "/meetings")


@bp.route("/meetings/<reference>/edit", methods=["GET", "POST"])
@sign_in_required
@by_reference
def edit_meeting(reference: str) -> ResponseReturnValue:
    """Put a meeting right."""
    meeting = get_meeting(reference, reader=reader())
    authorize(member(), Can.EDIT_RECORD, meeting)
    congresses = list(all_congresses(reader=reader()))
    form = MeetingForm(data={**plain_columns(meeting), "congress_id": meeting.congress_id or 0}, congresses=congresses)
    there = f"/meetings/{meeting.reference}"
    if form.validate_on_submit():
        events.edit_meeting(meeting, form.facts(), by=member())
        return see_other(there)
    return form_page(form, _("Edit %(reference)s", reference=meeting.reference), f"{there}/edit", there)


@bp.route("/recommendations/new", methods=["GET", "POST"])
@sign_in_required
def new_recommendation() -> ResponseReturnValue:
    """Write down what a meeting or congress asked for; `of` in the address says which."""
    authorize(member(), Can.EDIT_RECORD, SITE)
    source = source_called(request.args.get("of", ""))
    form = RecommendationForm()
    if form.validate_on_submit():
        return see_other(f"/recommendations/{operations.add(source, form.wording(), by=member()).reference}")
    folder = "meetings" if isinstance(source, Meeting) else "congresses"
    heading = _("Add a recommendation of %(reference)s", reference=source.reference)
    return form_page(form, heading, f"/recommendations/new?of={source.reference}", f"/{folder}/{source.reference}")


@bp.route("/recommendations/<reference>/edit", methods=["GET", "POST"])
@sign_in_required
@by_reference
def edit_recommendation(reference: str) -> ResponseReturnValue:
    """Change what a draft says; of an adopted one, only where it is to be read."""
    recommendation = get_recommendation(reference, reader=reader())
    authorize(member(), Can.EDIT_RECORD, recommendation)
    if not recommendation.is_open and "text" not in request.form:
        return _edit_evidence(recommendation)
    recommendation.refuse_when_adopted()  # a form that was open when somebody adopted it
    chosen = {
        "theme_ids": [theme.id for theme in recommendation.themes],
        "addressed_to": [addressee.kind for addressee in recommendation.addressees],
    }
    form = RecommendationForm(data={**plain_columns(recommendation), **chosen})
    there = f"/recommendations/{recommendation.reference}"
    if form.validate_on_submit():
        operations.edit(recommendation, form.wording(), by=member())
        return see_other(there)
    return form_page(form, _("Edit %(reference)s", reference=recommendation.reference), f"{there}/edit", there)


def _edit_evidence(recommendation: Recommendation) -> ResponseReturnValue:
    form, there = EvidenceForm(data=plain_columns(recommendation)), f"/recommendations/{recommendation.reference}"
    if form.validate_on_submit():
        operations.document(recommendation, form.evidence(), by=member())
        flash(_("That is put right. The wording is as it was adopted."), "success")
        return see_other(there)
    heading = _("Source of %(reference)s", reference=recommendation.reference)
    return form_page(form, heading, f"{there}/edit", there)


@bp.post("/recommendations/<reference>/adopt")
@sign_in_required
@by_reference
def adopt(reference: str) -> ResponseReturnValue:
    """Adopt a recommendation: its wording is final from now on."""
    recommendation = get_recommendation(reference, reader=reader())
    operations.adopt(recommendation, by=member())
    flash(_("It is adopted. Its wording cannot change any more."))
    return see_other(f"/recommendations/{recommendation.reference}")


def source_called(reference: str) -> Meeting | Congress:
    """The meeting or congress with this reference.

    Raises:
        NotFound: there is neither.
    """
    try:
        return get_meeting(reference, reader=reader())
    except NotFound:
        return get_congress(reference, reader=reader())


def plain_columns(row: Any) -> dict[str, Any]:
    """A row as its form shows it."""
    columns = {column.key: getattr(row, column.key) for column in type(row).__mapper__.column_attrs}
    if isinstance(row, Congress | Meeting):
        columns.update(as_typed(row))
    return {name: "" if value is None and name != "participants_count" else value for name, value in columns.items()}


def blame(form: Any, error: Invalid) -> None:
    """Put what the domain found wrong beside its field."""
    form[error.field or "title"].errors = [*form[error.field or "title"].errors, str(error)]


def form_page(form: Any, heading: str, action: str, back: str) -> ResponseReturnValue:
    """The form; with 422 when it came back with errors."""
    status = 422 if form.errors or any(field.errors for field in form) else 200
    return page("desk/form.html", status=status, form=form, heading=heading, action=action, back=back)
