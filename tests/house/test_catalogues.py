"""What is in the catalogues is sound. That nothing is missing is for `make check`, which `make translations` feeds."""

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
