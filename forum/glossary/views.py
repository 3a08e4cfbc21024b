"""Pages of the glossary: browse, one concept, its history; looking after it; taking it along."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from forum.access.rules import SITE, Can, authorize
from forum.accounts.session import member, sign_in_required
from forum.community.queries import all_themes
from forum.glossary import operations, skos
from forum.glossary.browsing import browse
from forum.glossary.forms import ConceptForm, DecisionForm, RetireForm, SuggestionForm, lines
from forum.glossary.models import Concept, ConceptRevision, Verdict
from forum.glossary.operations import terms_in
from forum.glossary.queries import (
    called,
    get_concept,
    get_suggestion,
    hierarchy,
    names_meant,
    narrower_than,
    open_suggestions,
    revisions_of,
)
from forum.kernel.db import db
from forum.kernel.errors import Invalid, NotFound
from forum.web.hypermedia import page, see_other
from forum.web.languages import chosen
from forum.web.limits import limited

bp = Blueprint("glossary", __name__)
TURTLE = "text/turtle; charset=utf-8"


@bp.get("/glossary")
def index() -> ResponseReturnValue:
    """All concepts by letter, in one language, of one theme, or with some letters in a term."""
    asked = request.args.get("language", "")
    language = asked if asked in current_app.config["LANGUAGES"] else chosen()
    found = browse(words=request.args.get("q", ""), theme=request.args.get("theme", ""), language=language)
    return page("glossary/index.html", fragment="concepts", found=found, themes=all_themes(), shown_in=language)


@bp.get("/glossary.ttl")
def as_turtle() -> Response:
    """The whole glossary in SKOS."""
    concepts = db.session.scalars(select(Concept).order_by(Concept.slug)).all()
    title = current_app.config["SITE_NAME"]
    said = "".join(skos.turtle(concepts, base=_base(), title=title, hierarchy=hierarchy()))
    return Response(said, content_type=TURTLE)


@bp.get("/glossary.jsonld")
def as_json_ld() -> Response:
    concepts = db.session.scalars(select(Concept).order_by(Concept.slug)).all()
    answer = jsonify(skos.json_ld(concepts, base=_base(), hierarchy=hierarchy()))
    answer.content_type = "application/ld+json"
    return answer


def _base() -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/")


@bp.get("/glossary/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One concept: its terms, what is near it, and where it is talked about."""
    concept = get_concept(slug)
    return page(
        "glossary/show.html",
        concept=concept,
        broader=called([concept.broader]) if concept.broader else [],
        narrower=narrower_than(slug),
        related=called(hierarchy().beside(concept)),
        replacement=called([concept.replaced_by]) if concept.replaced_by else [],
    )


@bp.get("/glossary/<slug>.ttl")
def show_as_turtle(slug: str) -> Response:
    title = current_app.config["SITE_NAME"]
    said = "".join(skos.turtle([get_concept(slug)], base=_base(), title=title, hierarchy=hierarchy()))
    return Response(said, content_type=TURTLE)


@bp.get("/glossary/<slug>/history")
def history(slug: str) -> ResponseReturnValue:
    """Who changed a concept, when and why."""
    concept = get_concept(slug)
    return page("glossary/history.html", concept=concept, revisions=revisions_of(concept))


@bp.route("/glossary/new", methods=["GET", "POST"])
@sign_in_required
def new() -> ResponseReturnValue:
    authorize(member(), Can.EDIT_GLOSSARY, SITE)
    form = _form()
    if request.method == "GET" or not form.validate():
        return _editing(None, form)
    try:
        concept = operations.add_concept(
            terms=_terms(), by=member(), theme_id=form.theme.data or None, note=form.note.data or ""
        )
    except Invalid as wrong:
        return _editing(None, form, wrong)
    flash(_("The concept is in the glossary, and search knows it."), "success")
    return see_other(f"/glossary/{concept.slug}")


@bp.route("/glossary/<slug>/edit", methods=["GET", "POST"])
@sign_in_required
def edit(slug: str) -> ResponseReturnValue:
    authorize(member(), Can.EDIT_GLOSSARY, SITE)
    concept = get_concept(slug)
    form = _form(concept)
    if request.method == "GET" or not form.validate():
        return _editing(concept, form)
    try:
        operations.edit_concept(
            concept,
            by=member(),
            reason=form.reason.data or "",
            version=form.version.data or 0,
            terms=_terms(),
            discouraged=operations.terms_in(form.discouraged.data or ""),
            broader=next(iter(names_meant(terms_in(form.broader.data or ""))), None),
            related=names_meant(terms_in(form.related.data or "")),
            theme_id=form.theme.data or None,
            note=(form.note.data or "").strip(),
        )
    except Invalid as wrong:
        return _editing(concept, form, wrong)
    flash(_("Changed. Search follows within seconds."), "success")
    return see_other(f"/glossary/{slug}")


def _form(concept: Concept | None = None) -> ConceptForm:
    form = ConceptForm(request.form) if request.method == "POST" else ConceptForm(None, obj=concept)
    form.theme.choices = [(0, _("None"))] + [(theme.id, theme.label(chosen())) for theme in all_themes()]
    if request.method == "GET" and concept:
        form.theme.data = concept.theme_id or 0
        form.discouraged.data, form.related.data = lines(concept.discouraged), lines(concept.related)
    return form


def _terms() -> dict[str, list[str]]:
    languages = current_app.config["LANGUAGES"]
    return {language: operations.terms_in(request.form.get(f"terms-{language}", "")) for language in languages}


def _editing(concept: Concept | None, form: ConceptForm, wrong: Invalid | None = None) -> ResponseReturnValue:
    kept: Any = request.form.get if request.method == "POST" else {}.get
    terms = {
        language: kept(f"terms-{language}", lines(concept.terms.get(language, [])) if concept else "")
        for language in current_app.config["LANGUAGES"]
    }
    wrong_field = getattr(wrong, "field", "") if wrong else ""
    if wrong and wrong_field in form:
        form[wrong_field].errors = [str(wrong)]
    status = 422 if wrong or form.errors else 200
    return page(
        "glossary/edit.html",
        concept=concept,
        form=form,
        terms=terms,
        wrong={wrong_field: str(wrong)} if wrong else {},
        status=status,
    )


@bp.route("/glossary/<slug>/retire", methods=["GET", "POST"])
@sign_in_required
def retire(slug: str) -> ResponseReturnValue:
    authorize(member(), Can.EDIT_GLOSSARY, SITE)
    concept, form = get_concept(slug), RetireForm()
    if form.validate_on_submit():
        try:
            operations.retire(
                concept,
                by=member(),
                reason=form.reason.data or "",
                version=int(form.version.data or 0),
                replaced_by="".join(names_meant(terms_in(form.replaced_by.data or ""))),
            )
            return see_other(f"/glossary/{slug}")
        except Invalid as wrong:
            form[wrong.field or "reason"].errors = [str(wrong)]
    return page("glossary/retire.html", concept=concept, form=form, status=422 if form.errors else 200)


@bp.post("/glossary/<slug>/bring-back")
@sign_in_required
def bring_back(slug: str) -> ResponseReturnValue:
    """Undo: make a concept what it was in one of its versions."""
    concept = get_concept(slug)
    number, version = (request.form.get(name, "") for name in ("number", "version"))
    if not (number.isdigit() and version.isdigit() and len(number + version) < 12):
        raise NotFound
    revision = db.session.get(ConceptRevision, (concept.id, int(number)))
    if revision is None:
        raise NotFound
    operations.bring_back(concept, revision, by=member(), version=int(version))
    flash(_("It is again as it was."), "success")
    return see_other(f"/glossary/{slug}")


@bp.route("/glossary/<slug>/suggest", methods=["GET", "POST"])
@sign_in_required
@limited("20 per hour")
def suggest(slug: str) -> ResponseReturnValue:
    concept, form = get_concept(slug), SuggestionForm()
    if form.validate_on_submit():
        try:
            operations.suggest(form.words.data or "", by=member(), concept=concept)
            flash(
                _("Thank you. Somebody who looks after the glossary will decide, and you will hear of it."), "success"
            )
            return see_other(f"/glossary/{slug}")
        except Invalid as wrong:
            form.words.errors = [str(wrong)]
    return page("glossary/suggest.html", concept=concept, form=form, status=422 if form.errors else 200)


@bp.get("/glossary/suggestions")
@sign_in_required
def suggestions() -> ResponseReturnValue:
    authorize(member(), Can.EDIT_GLOSSARY, SITE)
    return page("glossary/suggestions.html", suggestions=open_suggestions(), form=DecisionForm(), wrong={})


@bp.post("/glossary/suggestions/<int:suggestion_id>")
@sign_in_required
def decide(suggestion_id: int) -> ResponseReturnValue:
    authorize(member(), Can.EDIT_GLOSSARY, SITE)
    suggestion, form = get_suggestion(suggestion_id), DecisionForm()
    verdict = Verdict.TAKEN if request.form.get("verdict") == "taken" else Verdict.DECLINED
    try:
        operations.decide(suggestion, verdict, by=member(), answer=form.answer.data or "")
    except Invalid as wrong:
        wrongs = {suggestion.id: str(wrong)}
        return page("glossary/suggestions.html", status=422, suggestions=open_suggestions(), form=form, wrong=wrongs)
    if verdict is Verdict.TAKEN and suggestion.concept:
        return see_other(f"/glossary/{suggestion.concept.slug}/edit")
    return see_other("/glossary/suggestions")
