"""Passwords that anyone would try first are refused; a few plain words of one's own are not."""

import pytest

from forum.accounts.passwords import is_common


@pytest.mark.parametrize(
    "password",
    [
        "password12", "Password2024!", "P@ssw0rd123", "passwordpassword", "1234567890", "0987654321", "aaaaaaaaaaaa",
        "qwertyuiop", "azertyuiop", "iloveyou2024", "contraseña1", "Justice2025", "abcabcabcabc", "motdepasse!!",
        "1q2w3e4r5t6y", "password password", "ابابابابابابا",
    ],
)  # fmt: skip
def test_the_well_known_is_refused(password):
    assert is_common(password)


@pytest.mark.parametrize("password", ["ana quispe 1980", "Quispe-2024", "anaquispe99", "ana@example.org"])
def test_ones_own_name_and_address_are_refused(password):
    assert is_common(password, about=["Ana Quispe", "ana@example.org"])


@pytest.mark.parametrize(
    "password",
    ["correct-horse-battery", "llueve sobre el tejado", "tr4-vb9!kkw2", "ثلاث نوافذ على البحر", "glacier-marmotte-53"],
)
def test_a_few_words_of_ones_own_are_welcome(password):
    assert not is_common(password, about=["Ana Quispe", "ana@example.org"])
