"""What is in the catalogues is sound. That nothing is missing is for `make check`, which `make translations` feeds."""

import re

import pytest

from tests import catalogues


@pytest.mark.parametrize("language", ["es", "fr", "ar", "pt"])
def test_translations_use_only_the_placeholders_of_their_sentence(language):
    assert list(catalogues.broken(language)) == []


def test_arabic_counts_as_every_gettext_tool_expects():
    arabic = catalogues.catalogue("ar")
    if arabic is None:
        pytest.skip("no Arabic catalogue has been begun")
    assert "n%100>=11" in arabic.plural_expr.replace(" ", ""), "Run `make translations`: it writes the usual rule."


def test_french_marks_keep_to_their_word():
    """A blank that may break would send « ? » to the next line: before ; : ? ! » and after « stands one that does not."""
    breaks = re.compile(r"\S [;:?!»]|« ")
    found = [
        text
        for entry in catalogues.catalogue("fr") or ()
        if entry.id
        for text in all_forms(entry)
        if breaks.search(text)
    ]
    assert found == [], "Write U+00A0 there in forum/translations/fr/LC_MESSAGES/messages.po."


def all_forms(entry):
    return entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
