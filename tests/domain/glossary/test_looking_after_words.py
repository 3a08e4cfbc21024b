"""The glossary: who may change it, what is kept, and that nothing is lost."""

import json

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SKOS
from sqlalchemy import select

from forum.glossary import operations, skos
from forum.glossary.browsing import browse
from forum.glossary.events import SuggestionDecided
from forum.glossary.handlers import tell_who_suggested
from forum.glossary.models import Concept, ConceptRevision, Verdict
from forum.glossary.queries import KeptForGlossary, hierarchy
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, NotAllowed, Refused
from forum.kernel.mail import Delivery


@pytest.fixture
def concept(cast):
    terms = {"en": ["diversion"], "fr": ["déjudiciarisation"], "es": ["remisión"], "ar": ["التحويل"]}
    return save(Concept(slug="diversion", terms=terms, theme_id=cast.diversion.id, discouraged=["informal handling"]))


def edit(concept, by, **values):
    return operations.edit_concept(concept, by=by, **{"reason": "Clearer", "version": concept.version, **values})


@pytest.mark.parametrize("who", ["ana", "chidi", "sofia"])
def test_facilitators_moderators_and_the_secretariat_change_terms_and_what_was_is_kept(cast, concept, who):
    edit(concept, getattr(cast, who), terms={**concept.terms, "pt": ["desjudicialização"]})
    assert concept.terms["pt"] == ["desjudicialização"] and concept.version == 2
    revision = db.session.scalars(select(ConceptRevision)).one()
    assert "pt" not in revision.before["terms"] and revision.reason == "Clearer"


@pytest.mark.parametrize("who", ["bao", "dora"])
def test_other_members_may_only_suggest(cast, concept, who):
    member = getattr(cast, who)
    with pytest.raises(NotAllowed):
        edit(concept, member, note="Mine")
    with pytest.raises(NotAllowed):
        operations.add_concept(terms={"en": ["word"]}, by=member)
    assert operations.suggest("Use another word", by=member, concept=concept).verdict is Verdict.OPEN


def test_nobody_undoes_another_s_edit_unawares(cast, concept):
    edit(concept, cast.ana, note="First")
    with pytest.raises(Refused):
        operations.edit_concept(concept, by=cast.chidi, reason="Second", version=1, note="Second")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"terms": {"fr": ["mot"]}}, "en"),
        ({"terms": {"en": ["x" * 121]}}, "en"),
        ({"terms": {"en": [str(n) for n in range(21)]}}, "en"),
        ({"related": ["no-such"]}, "related"),
        ({"broader": "no-such"}, "broader"),
        ({"broader": "diversion"}, "broader"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(cast, concept, values, field):
    with pytest.raises(Invalid) as wrong:
        edit(concept, cast.ana, **{"note": "new", **values})
    assert wrong.value.field == field and concept.version == 1


def test_a_circle_of_broader_concepts_is_refused(cast, concept):
    narrow = operations.add_concept(terms={"en": ["police diversion"]}, by=cast.ana)
    edit(narrow, cast.ana, broader="diversion")
    with pytest.raises(Invalid):
        edit(concept, cast.ana, broader="police-diversion")


def test_a_concept_is_named_after_its_english_term_and_only_once(cast, concept):
    assert operations.add_concept(terms={"en": ["Água viva"]}, by=cast.ana).slug == "agua-viva"
    with pytest.raises(Invalid):
        operations.add_concept(terms={"en": ["Diversion"]}, by=cast.ana)
    with pytest.raises(Invalid):
        operations.add_concept(terms={"en": ["التحويل"]}, by=cast.ana)


def test_a_retired_concept_leads_on_and_can_be_brought_back(cast, concept):
    other = operations.add_concept(terms={"en": ["alternative measures"]}, by=cast.ana)
    operations.retire(concept, by=cast.ana, reason="Same", version=1, replaced_by=other.slug)
    assert concept.is_retired and concept.replaced_by == "alternative-measures"
    with pytest.raises(Refused):
        operations.retire(concept, by=cast.ana, reason="Again", version=2)
    revision = db.session.get(ConceptRevision, (concept.id, 1))
    operations.bring_back(concept, revision, by=cast.chidi, version=2)
    assert not concept.is_retired and concept.version == 3


def test_a_decision_is_told_once_and_declining_needs_a_word(cast, concept):
    suggestion = operations.suggest("Add “pretrial diversion”", by=cast.bao, concept=concept)
    with pytest.raises(Invalid):
        operations.decide(suggestion, Verdict.DECLINED, by=cast.ana, answer="")
    operations.decide(suggestion, Verdict.TAKEN, by=cast.ana, answer="Good")
    with pytest.raises(Refused):
        operations.decide(suggestion, Verdict.DECLINED, by=cast.chidi, answer="No")
    for _ in range(2):
        tell_who_suggested(SuggestionDecided(suggestion_id=suggestion.id, member_id=cast.ana.id))
    mail = db.session.scalars(select(Delivery)).one()
    assert mail.recipient == cast.bao.email and "pretrial diversion" in mail.text and "Good" in mail.text


def test_what_is_kept_of_the_glossary_follows_the_next_edit(cast, concept):
    labels = KeptForGlossary(lambda concepts: [each.label("fr") for each in concepts])
    assert labels() == ["déjudiciarisation"]
    edit(concept, cast.ana, terms={"en": ["diversion"], "fr": ["mesures de rechange"]})
    db.session.flush()
    assert labels() == ["mesures de rechange"]


def test_browsing_finds_terms_in_any_language_without_their_accents(cast, concept):
    for words in ("DEJUDICIAR", "remision", "تحويل", "informal"):
        assert [c.slug for group in browse(words=words, theme="", language="en").letters for c in group.concepts] == [
            "diversion"
        ]
    assert browse(words="nothing-like-it", theme="", language="en").count == 0
    assert browse(words="", theme="detention", language="en").count == 0
    assert browse(words="", theme="diversion", language="ar").count == 1


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_skos_says_the_same_in_turtle_and_json_ld_to_an_independent_reader(cast, concept):
    concept.note = 'A "quoted" \\ note\nwith lines'
    other = operations.add_concept(terms={"en": ["alternatives", "other measures"]}, by=cast.ana)
    mediation = operations.add_concept(terms={"en": ["mediation"]}, by=cast.ana)
    other.broader, other.related = "diversion", ["mediation", "diversion"]
    db.session.flush()
    base = "https://forum.example.org"
    of, known = [concept, other, mediation], hierarchy()
    said = "".join(skos.turtle(of, base=base, title="Forum", hierarchy=known))
    turtle = Graph().parse(data=said, format="turtle")
    linked = Graph().parse(data=json.dumps(skos.json_ld(of, base=base, hierarchy=known)), format="json-ld")
    for graph in (turtle, linked):
        this, that = URIRef(f"{base}/glossary/diversion"), URIRef(f"{base}/glossary/alternatives")
        assert (this, SKOS.prefLabel, Literal("التحويل", lang="ar")) in graph
        assert (that, SKOS.altLabel, Literal("other measures", lang="en")) in graph
        assert (that, SKOS.broader, this) in graph and (that, SKOS.related, this) not in graph
        assert (that, SKOS.related, URIRef(f"{base}/glossary/mediation")) in graph
        assert len(list(graph.objects(this, SKOS.hiddenLabel))) == 1
    assert (URIRef(f"{base}/glossary/diversion"), SKOS.scopeNote, Literal(concept.note, lang="en")) in turtle


def test_nothing_of_the_record_is_related_to_what_is_above_or_below_it(record):
    """SKOS Reference, S27: skos:related is disjoint with skos:broaderTransitive."""
    known = hierarchy()
    concepts = db.session.scalars(select(Concept)).all()
    assert any(len(known.beside(concept)) < len(concept.related) for concept in concepts), "the record has such"
    for concept in concepts:
        for other in known.beside(concept):
            assert other not in known.above(concept.slug) and concept.slug not in known.above(other)
