"""What speaks of a concept of the glossary, by any of its terms, in every language."""

from __future__ import annotations

from forum.accounts.models import Member
from forum.glossary.queries import ConceptRow
from forum.kernel.errors import NotFound
from forum.search.across import as_said
from forum.search.audience import keys_of
from forum.search.engine import Engine, NotReady
from forum.search.patience import patiently
from forum.search.query import Query
from forum.search.showing import Result, results
from forum.search.terms import Lexicon, lexicon

MOST_SHOWN = 8


def concept_called(slug: str) -> ConceptRow:
    """Raises: NotFound: there is none, or it is used no longer."""
    known: Lexicon = lexicon()
    if slug not in known.concepts:
        raise NotFound
    return known.concepts[slug]


def speaking_of(engine: Engine, concept: ConceptRow, *, reader: Member | None) -> tuple[list[Result], int]:
    """The best of what says it in one way or another, and how much there is; nothing while there is no index."""
    query = Query((tuple(as_said(concept)),))
    try:
        with patiently():
            found = engine.find(query, keys=keys_of(reader), size=MOST_SHOWN)
    except NotReady:
        return [], 0
    return results(found.hits, tokens=query.tokens(), reader=reader), found.total
