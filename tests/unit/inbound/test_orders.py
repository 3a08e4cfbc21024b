"""Orders have a name in each of our languages, and whoever reads of one reads that name."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message

from forum.inbound.orders import Order, named, order_in, words_for
from tests.catalogues import COMPLETE, catalogue

LANGUAGES = ("en", *COMPLETE)
NAMES = re.compile(r"\b(" + "|".join(order.name for order in Order) + r")\b")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("order", Order)
def test_what_we_call_an_order_gives_it(order, language):
    assert order_in(named(order, language)) is order
    name, others = words_for(order, language)
    assert all(order_in(word) is order for word in others) and name.casefold() not in others


def test_a_language_we_do_not_speak_is_told_of_the_english_words():
    assert (named(Order.UNDO, "sw"), named(Order.UNDO, "es")) == ("UNDO", "DESHACER")


@pytest.mark.parametrize("language", COMPLETE)
def test_every_sentence_that_speaks_of_an_order_calls_it_as_its_language_does(language):
    found = catalogue(language)
    assert found is not None
    spoken = [each for each in found if isinstance(each.id, str) and NAMES.search(each.id)]
    assert len(spoken) > 5
    assert [(each.id, name) for each in spoken for name in _left_out(each, language)] == []


def _left_out(sentence: Message, language: str) -> list[str]:
    """Names that should stand in a translation and do not."""
    names = [named(Order[name], language) for name in NAMES.findall(str(sentence.id))]
    return [name for name in names if not re.search(rf"\b[\u0648\u0628\u0641]?{name}\b", str(sentence.string))]
