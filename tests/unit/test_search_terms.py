"""Terms of a glossary in what people type."""

import random

import pytest

from forum.glossary.queries import ConceptRow
from forum.search import across
from forum.search.across import MOST_ADDED, Wishes, widened
from forum.search.query import Weaker, parse, runs
from forum.search.terms import Lexicon
from tests.pace import paces

SPOKEN = ("en", "es", "fr", "ar", "pt")


def concept(slug: str, discouraged: tuple[str, ...] = (), **terms: tuple[str, ...]) -> ConceptRow:
    return ConceptRow(slug, terms, discouraged, None, None, True)


LAW = concept(
    "children-in-conflict",
    ("young criminal",),
    en=("child in conflict with the law",),
    es=("adolescente infractor",),
    pt=("adolescente infrator",),
)
CONCEPTS = [
    LAW,
    concept("child", en=("child",), fr=("enfant",), ar=("طفل",)),
    concept("diversion", en=("diversion",), es=("remisión",)),
    concept("prison", en=("prison",), pt=("prisão",)),
]


@pytest.fixture(autouse=True)
def _these(monkeypatch):
    known = Lexicon(CONCEPTS)
    monkeypatch.setattr(across, "lexicon", lambda: known)


def met(typed: str) -> list[tuple[str, str]]:
    _query, said = widened(parse(typed, SPOKEN), typed, Wishes())
    return [(bridge.typed, bridge.concept.slug) for bridge in said.bridges]


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("child in conflict with the law", ["children-in-conflict"]),
        ("Children in conflict with the law", ["children-in-conflict"]),
        ("children", ["child"]),
        ("diversions", ["diversion"]),
        ("remisiones", ["diversion"]),
        ("young criminal", ["children-in-conflict"]),
        ("والطفل", ["child"]),
        ("diverse", []),
        ('"diversion"', []),
        ("-diversion prison", ["prison"]),
        ("NOT diversion prison", ["prison"]),
        ("divers*", []),
        ("", []),
        ("child child diversion", ["child", "diversion"]),
    ],
)
def test_terms_are_met_in_any_form_but_not_in_words_of_the_same_stem(typed, slugs):
    assert [slug for _words, slug in met(typed)] == slugs


def test_every_clause_of_a_longer_term_takes_the_alternatives():
    query, _ = widened(
        parse("child in conflict with the law water", SPOKEN), "child in conflict with the law water", Wishes()
    )
    alternatives = [sum(isinstance(part, Weaker) for part in clause) for clause in query.clauses]
    assert alternatives == [4, 4, 4, 0], "two terms, each for one and for several"


def test_runs_end_at_quotes_exclusions_alternatives_and_stars():
    assert list(runs('a b "c d" e -f g OR h i* j NOT k AND l')) == [["a", "b"], ["e"], ["g"], ["h"], ["j"], [], ["l"]]


def test_a_large_glossary_is_ready_soon_and_adds_a_bounded_number_of_parts(monkeypatch):
    chance = random.Random(1)

    def word() -> str:
        return "".join(chance.choices("abcdefghilmnoprstu", k=9))

    def term() -> str:
        return " ".join(word() for _ in range(chance.randint(1, 4)))

    many = [concept(f"c{n}", **{code: tuple(term() for _ in range(4)) for code in SPOKEN}) for n in range(214)]
    made: list[Lexicon] = []
    assert paces(lambda: made.append(Lexicon(many))) < 1000  # about a hundred: every word here is a new one
    [known] = made
    monkeypatch.setattr(across, "lexicon", lambda: known)
    typed = " ".join(row.terms["en"][0] for row in many[:8])[:300]
    query, said = widened(parse(typed, SPOKEN), typed, Wishes())
    assert len(said.bridges) in range(1, 6)
    assert sum(isinstance(part, Weaker) for clause in query.clauses for part in clause) <= MOST_ADDED
