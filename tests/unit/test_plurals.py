"""The other number of a term of several words."""

import pytest

from forum.search.analysis import exact
from forum.search.plurals import other_form


def tokens(text: str) -> tuple[str, ...]:
    return tuple(map(exact, text.split()))


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "child in conflict with the law", "children in conflict with the law"),
        ("en", "juvenile penalty", "juvenile penalties"),
        ("en", "alternative to detention", "alternatives to detention"),
        ("es", "adolescente infractor", "adolescentes infractores"),
        ("es", "medida alternativa a la detención", "medidas alternativas a la detención"),
        ("fr", "mesure alternative à la détention", "mesures alternatives à la détention"),
        ("fr", "tribunal pour enfants", "tribunaux pour enfants"),
        ("pt", "menor em conflito com a lei", "menores em conflito com a lei"),
        ("pt", "medida de privação de liberdade", "medidas de privação de liberdade"),
        ("pt", "prisão preventiva", "prisões preventivas"),
        ("ar", "تدابير بديلة", "التدابير البديلة"),
    ],
)
def test_a_term_has_a_form_for_one_and_for_several(language, one, many):
    assert other_form(tokens(one), language) == tokens(many)
    assert other_form(tokens(many), language) == tokens(one)


def test_what_has_no_other_form_has_none():
    assert other_form(tokens("ребенок в конфликте"), "ru") is None
    assert other_form(tokens("the child"), "en") is None
    assert other_form((), "en") is None
