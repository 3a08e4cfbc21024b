"""Words stand where a reader of the language looks for them, and addresses can be read aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.kernel.alphabet import in_latin_letters, looked_up
from forum.kernel.plain import slug_of


def test_neither_case_nor_accents_nor_the_arabic_article_move_a_word():
    assert sorted(["Fiji", "Égypte", "zambie", "États-Unis", "Espagne"], key=looked_up) == [
        *("Égypte", "Espagne", "États-Unis", "Fiji", "zambie"),
    ]
    assert sorted(["تونس", "الجزائر", "بنين"], key=looked_up) == ["بنين", "تونس", "الجزائر"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("عدالة", "adala"),
        ("حقوق الطفل", "hquq-al-tfl"),
        ("العدالة للأطفال والشباب", "al-adala-li-al-atfal-wa-al-shbab"),
        ("مُحَاكَمَة يوسف", "mhakma-yusf"),
        ("Дети и правосудие", "deti-i-pravosudie"),
        ("Київ: Щит для дітей", "kiyiv-shchit-dlya-ditey"),
        ("Łódź, Straße, Bådø", "lodz-strasse-bado"),
        ("Sólo niñas", "solo-ninas"),
        ("儿童司法 2025", "2025"),
        ("儿童司法", ""),
    ],
)
def test_names_in_other_alphabets_become_addresses_one_can_read(name, slug):
    assert slug_of(in_latin_letters(name)) == slug


@given(st.text(max_size=60))
def test_any_name_becomes_an_address_or_none(name):
    slug = slug_of(in_latin_letters(name))
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") and not slug.startswith("-")
