"""Analysis, the reading of queries, and excerpts: pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.kernel.plain import plain
from forum.search import analysis
from forum.search.excerpts import LENGTH, excerpt, marked
from forum.search.query import LONGEST, MOST_TERMS, Phrase, Prefix, Query, Weaker, Word, cleaned, parse

LANGUAGES = ("en", "es", "fr", "ar", "pt", "th", "xx")


def exact(*words: str) -> tuple[str, ...]:
    return tuple(map(analysis.exact, words))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("École", "ecole"), ("NIÑOS", "ninos"), ("Straße", "strasse"), ("İstanbul", "istanbul"), ("Łódź", "lodz"),
        ("أحداث", "احداث"), ("إلى", "الي"), ("مدرسة", "مدرسه"), ("مُحَاكَمَة", "محاكمه"), ("عـــدل", "عدل"), ("١٢٣", "123"), ("ﬁne", "fine"),
    ],
)  # fmt: skip
def test_spellings_that_count_as_the_same_word(one, other):
    assert analysis.fold(one) == analysis.fold(other)


def test_a_stem_belongs_to_its_language():
    assert analysis.stems("privés", "fr") & analysis.stems("prive", "fr")
    assert not analysis.stems("prive", "fr") & analysis.stems("prive", "en")


def test_stop_words_stay_where_they_are():
    assert [line.split()[0] for line in analysis.analysed("the rights of the child", "en").split("\n")] == list(
        exact("the", "rights", "of", "the", "child")
    )


def test_words_know_where_they_stand():
    text = "L'été, vraiment: 儿童司法!"
    assert [text[start:end] for _word, start, end in analysis.words(text)] == [
        "L",
        "été",
        "vraiment",
        "儿童",
        "童司",
        "司法",
    ]


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_can_be_analysed_and_each_token_is_one_word(text, language):
    for line in analysis.analysed(text, language).split("\n"):
        assert all(token and not token.isspace() for token in line.split(" ")) or not line


def test_a_query_is_read_as_people_mean_it():
    query = parse('water "in custody" -police rehabilit* girls OR boys NOT dogs', ["en"])
    assert [[type(part) for part in clause] for clause in query.clauses] == [[Word], [Phrase], [Prefix], [Word, Word]]
    assert query.clauses[1] == (Phrase(exact("in", "custody")),)
    assert [part.exact for part in query.without] == list(exact("police", "dogs"))


def test_small_words_are_dropped_unless_there_are_no_others():
    assert len(parse("the rights of the child", ["en"]).clauses) == 2
    assert len(parse("to be or not to be", ["en"]).clauses) == 6


def test_a_reference_may_be_one_name():
    assert parse("WC21-BUE19-R03", ["en"]).clauses == ((Phrase(exact("wc21", "bue19", "r03"), "=wc21-bue19-r03"),),)
    assert parse("well-being", ["en"]).clauses[0][0].exact == exact("well", "being")


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("https://www.unicef.org/Reports/42/", "=//unicef.org/reports/42"),
        ("(http://unicef.org/reports/42).", "=//unicef.org/reports/42"),
        ("unicef.org/reports/42#page=3", "=//unicef.org/reports/42"),
        ("https://undocs.org/?symbol=CRC/C/GC/24", "=//undocs.org/?symbol=crc/c/gc/24"),
        ("https://who.int", "=//who.int"),
        ("https://x.org/" + "a" * 400, "=//x.org/" + "a" * 234),
        ("10.1000/Xyz-1", "=//doi.org/10.1000/xyz-1"),
        ("doi:10.1000/Xyz-1", "=//doi.org/10.1000/xyz-1"),
        ("http://dx.doi.org/10.1000/Xyz-1.", "=//doi.org/10.1000/xyz-1"),
        ("reports.pdf", ""),
        ("10.5/20", "=//10.5/20"),
        ("and/or", ""),
        ('"https://who.int/x"', ""),
    ],
)
def test_an_address_is_one_name_however_it_was_copied(typed, token):
    assert parse(typed, ["en"]).clauses[0][0].whole == token


def test_an_address_without_a_word_is_asked_for_by_what_was_typed():
    assert parse("https://www.-.-/", ["en"]).clauses[0][0].exact == exact("https", "www")


@pytest.mark.parametrize("typed", ["", " ", '"', '""', "OR", "AND NOT", "-", "*", "(((", "\0", "NOT NOT OR"])
def test_nothing_asked_is_an_empty_query(typed):
    assert parse(typed, ["en"]).is_empty


def test_a_long_question_is_cut_and_says_so():
    query = parse("water " * 2000, ["en"])
    assert query.shortened
    assert len(query.clauses) == MOST_TERMS
    assert len(cleaned("x" * 10_000)) == LONGEST


@given(st.text(max_size=400))
def test_reading_a_query_never_fails_and_is_bounded(typed):
    query = parse(typed, LANGUAGES)
    assert isinstance(query, Query)
    assert sum(len(clause) for clause in query.clauses) + len(query.without) <= MOST_TERMS


def test_an_excerpt_is_cut_around_what_matched_and_marks_it():
    text = "before " * 100 + "the pelican <b>flies</b> " + "after " * 100
    pieces = excerpt(text, parse("pelican", ["en"]).tokens(), "en")
    assert [piece.text for piece in pieces if piece.marked] == ["pelican"]
    assert "<b>flies</b>" in "".join(piece.text for piece in pieces)
    assert len("".join(piece.text for piece in pieces)) <= LENGTH + 10
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"


@given(st.text(max_size=600), st.text(max_size=40))
def test_excerpts_are_parts_of_the_text(text, typed):
    tokens = parse(typed, ["en"]).tokens()
    assert "".join(piece.text for piece in marked(text, tokens, "en")) == text
    shown = "".join(piece.text for piece in excerpt(text, tokens, "en") if piece.text not in ("… ", " …"))
    assert shown in text


def test_markdown_is_read_aloud():
    written = "# Title\n\n> quoted *very* **strong** text, see [the page](https://example.org/x) and `code`\n- item"
    assert plain(written).split() == [
        "Title",
        "quoted",
        "very",
        "strong",
        "text,",
        "see",
        "the",
        "page",
        "and",
        "code",
        "item",
    ]
    assert plain("snake_case_name 2*3*4") == "snake_case_name 2*3*4"


def test_small_words_of_a_term_that_nobody_typed_are_not_marked():
    added = Phrase(("=diversion", "=from", "=prosecution"))
    marked = Query(((Word("=remision", frozenset({"es_remision"})), Weaker(added, 0.5)),)).tokens()
    assert "=prosecution" in marked and "=from" not in marked
    assert "=from" in Query(((added,),)).tokens()  # typed in quotation marks, it is meant
