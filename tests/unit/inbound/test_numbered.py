"""Which numbers in an answer to a digest name its lines, however keyboards and mail programs write them."""

from __future__ import annotations

import pytest

from forum.inbound.numbered import numbered


def taken(own: str) -> list[tuple[int, str]]:
    return [(each.number, each.text) for each in numbered(own).answers]


@pytest.mark.parametrize(
    "said",
    [
        "3: yes",
        "3:yes",
        " 3) yes",
        "3. yes",
        "#3 yes",
        "3 - yes",
        "3 – yes",
        "٣: yes",
        "3：yes",
        "3\u00a0: yes",  # as French keyboards and programs write it
        "3\u202f: yes",
        "\u200f3: yes",  # as programs write numbers in Arabic
        "\u200f٣\u200f: yes",
        "\ufeff3: yes",
        "*3:* yes",  # bold, as Gmail says it in plain text
        "*3*: yes",
        "Line 3: yes",
        "Ligne 3 : yes",
        "Línea 3: yes",
        "السطر ٣: yes",
        "item #3: yes",
    ],
)
def test_a_number_is_known_however_it_is_written(said):
    assert taken(said) == [(3, "yes")]
    assert taken(f"{said}\n\nAnd more.\n") == [(3, "yes\n\nAnd more.")]


@pytest.mark.parametrize(
    "said",
    ["2019: yes", "3 yes", "3:30 suits me", "10 – 12 children", "2-3 people", "Online 3: yes", "1.5 million", ""],
)
def test_other_numbers_are_words(said):
    assert numbered(said).answers == () and numbered(said).before == said


def test_how_the_first_is_written_tells_how_the_others_are():
    assert taken("3: two things\n1. this\n2. that\n\u200f4\u00a0: no") == [
        (3, "two things\n1. this\n2. that"),
        (4, "no"),
    ]
    assert taken("3: look at\nLine 1: of the form") == [(3, "look at\nLine 1: of the form")]
    assert taken("Line 1: yes\n2: no\nLine 2: no") == [(1, "yes\n2: no"), (2, "no")]
