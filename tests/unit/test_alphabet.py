"""Words stand where a reader of the language looks for them."""

from forum.kernel.alphabet import looked_up


def test_neither_case_nor_accents_nor_the_arabic_article_move_a_word():
    assert sorted(["Fiji", "Égypte", "zambie", "États-Unis", "Espagne"], key=looked_up) == [
        *("Égypte", "Espagne", "États-Unis", "Fiji", "zambie"),
    ]
    assert sorted(["تونس", "الجزائر", "بنين"], key=looked_up) == ["بنين", "تونس", "الجزائر"]
