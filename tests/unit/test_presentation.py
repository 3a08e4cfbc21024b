"""Sizes in the reader's own units and digits."""

import pytest
from flask import g

from forum.web.presentation import size


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
