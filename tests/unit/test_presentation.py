"""Sizes in the reader's own units and digits, and languages by their names."""

import pytest
from flask import g

from forum.library.forms import LANGUAGES
from forum.web.presentation import is_language, language_name, size


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (0, "en", "0 bytes"),
        (1, "en", "1 byte"),
        (999, "en", "999 bytes"),
        (1000, "en", "1 kB"),
        (3_440, "es", "3,4 kB"),
        (9_960, "en", "10 kB"),
        (999_499, "en", "999 kB"),
        (999_500, "en", "1 MB"),
        (4_294_967_296, "fr", "4,3\u202fGo"),
        (4_294_967_296, "ar", "4.3 غيغابايت"),
        (7 * 10**15, "pt", "7.000 TB"),
        (0, "es", "0 bytes"),
        (0, "fr", "0 octet"),
        (0, "ar", "0 بايت"),
        (0, "pt", "0 bytes"),
        (2, "ar", "بايتان"),
        (1000, "es", "1 kB"),
        (1000, "fr", "1\u202fko"),
        (1000, "ar", "1 كيلوبايت"),
        (1000, "pt", "1 kB"),
    ],
)
def test_a_size_is_said_in_the_readers_units(app, count, language, said):
    with app.test_request_context():
        g.language = language
        assert size(count) == said


@pytest.mark.parametrize(
    ("tag", "language", "said"),
    [
        *(
            ("es", "fr", "espagnol"),
            ("pt-BR", "en", "Portuguese (Brazil)"),
            ("ay", "es", "aimara"),
            ("kg", "fr", "kikongo"),
        ),
        *(("fon", "es", "fon"), ("klingon", "en", "klingon"), ("", "en", "")),
    ],
)
def test_a_language_is_called_by_its_name_also_where_nobody_says_dates_in_it(app, tag, language, said):
    with app.test_request_context():
        g.language = language
        assert language_name(tag) == said


def test_every_language_one_can_choose_is_known():
    assert all(map(is_language, (*LANGUAGES, "fon", "mos"))) and not is_language("klingon")
