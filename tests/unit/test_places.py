"""What a template may do with a place that is kept open, and how a page is cut at its places and filled."""

from __future__ import annotations

import gzip
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from forum.accounts.likeness import Belonging, Likeness
from forum.accounts.models import Office
from forum.kernel.errors import Personal
from forum.web.sharing import parts
from forum.web.sharing.packing import Run, packed, plain
from forum.web.sharing.parts import find_parts, make_parts
from forum.web.sharing.pieces import cut, fill
from forum.web.sharing.places import ENVIRON, Asking, Making, Open, Standpoint, place, settle


class Shoe(Standpoint):
    """For these tests."""

    def __init__(self, size: int, lace: str = "") -> None:
        self._size, self._lace = size, lace

    @place("small", "large")
    def size(self) -> str:
        return "large" if self._size > 40 else "small"

    @place(False, True)
    def fits(self, size: int) -> bool:
        return size == self._size

    @place()
    def lace(self) -> str:
        return self._lace

    def price(self) -> int:
        return 10


def made(template: str, *, making: Making) -> str:
    app = Flask("shoes")
    app.jinja_env.globals["settle"] = settle
    with app.test_request_context(environ_base={ENVIRON: making}):
        return app.jinja_env.from_string(template).render(shoe=making.open)


def worn(template: str, shoe: Shoe) -> str:
    """The template as it is made for all shoes, and then filled for this one."""
    making = Making(likeness=None, standpoint=shoe, time_zone="UTC")
    page = fill(cut(made(template, making=making), making), shoe)
    text = plain(page)
    assert gzip.decompress(packed(page)) == text
    return text.decode()


def test_places_are_filled_in_their_order_and_escaped() -> None:
    text = "A {% call(size) settle(shoe.size()) %}{{ size }} {% if size == 'large' %}one{% endif %}{% endcall %}, {{ shoe.lace() }}."
    assert worn(text, Shoe(44, "<b>")) == "A large one, &lt;b&gt;."
    assert worn(text, Shoe(38)) == "A small , ."


def test_places_may_stand_in_alternatives_and_these_in_others() -> None:
    text = (
        "{% for n in (38, 44) %}{% call(fits) settle(shoe.fits(n)) %}[{% if fits %}{{ shoe.lace() }}"
        "{% call(size) settle(shoe.size()) %}{{ size }}{% endcall %}{% endif %}]{% endcall %}{% endfor %}"
    )
    assert worn(text, Shoe(44, "red")) == "[][redlarge]"
    assert worn(text, Shoe(38, "blue")) == "[bluesmall][]"


def test_what_looks_like_a_mark_is_text() -> None:
    assert worn("\x1aabc=0\x1a {{ shoe.lace() }}", Shoe(1, "\x1aabc=0\x1a")) == "\x1aabc=0\x1a \x1aabc=0\x1a"


@pytest.mark.parametrize(
    "template",
    [
        *("{% if shoe.lace() %}x{% endif %}", "{{ shoe.size() == 'large' }}", "{{ shoe.fits(3) + 1 }}"),
        *(
            "{% for one in shoe.lace() %}{% endfor %}",
            "{{ shoe.price() }}",
            "{{ shoe._size }}",
            "{{ shoe.lace()|length }}",
        ),
        *("{{ {}[shoe.size()] }}", "{% call(x) settle(shoe.lace()) %}{{ x }}{% endcall %}"),
    ],
)
def test_a_template_can_print_a_place_or_settle_on_an_answer_and_nothing_else(template: str) -> None:
    with pytest.raises((Personal, TypeError)):
        made(template, making=Making(likeness=None, standpoint=Shoe(40), time_zone="UTC"))


def test_a_place_on_a_page_that_is_not_shared_is_a_mistake() -> None:
    with Flask("shoes").test_request_context(), pytest.raises(Personal):
        escape(Open(Shoe.size.place))


def test_a_likeness_knows_what_its_key_says_and_raises_at_the_rest() -> None:
    alike = Likeness(Office.MEMBER, "en", "UTC", groups={3: Belonging("member", True), 4: None}, wrote={7: False})
    assert alike.belonging_to(3) and not alike.belonging_to(4) and not alike.has_written(7)
    assert alike.key != Likeness(Office.MEMBER, "en", "UTC", groups={3: None, 4: None}, wrote={7: False}).key
    for personal in ("id", "email", "handle", "joined_at", "fs_uniquifier"):
        with pytest.raises(Personal):
            getattr(alike, personal)
    with pytest.raises(Personal):
        alike.belonging_to(5)
    with pytest.raises(Personal):
        alike.has_written(8)


@given(st.lists(st.tuples(st.binary(max_size=400), st.booleans()), max_size=8), st.integers(1, 300))
def test_what_was_compressed_in_parts_is_one_text(texts: list[tuple[bytes, bool]], times: int) -> None:
    pieces = [Run.of([text, text * times]) if before else text for text, before in texts]
    assert gzip.decompress(packed(pieces)) == plain(pieces)


def asking(language: str = "en", edition: str = "first") -> Asking:
    person: Any = SimpleNamespace(language=language, time_zone="UTC", edition=edition)
    return Asking(person, {}, language, str)


def make(keys: list[int], who: Asking) -> None:
    """Make the parts with these keys while somebody's shared page is made."""
    shoe = Shoe(41)
    shoe.asking = who
    with Flask("shoes").test_request_context(environ_base={ENVIRON: Making(None, shoe, "UTC")}):
        make_parts("shoe", keys, Shoe, lambda asked, _opened: {key: f"shoe {key}" for key in asked})


def test_parts_are_found_by_whoever_reads_the_same_and_the_oldest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_kept", {})
    monkeypatch.setattr(parts, "AS_MANY", 4)
    make([1, 2, 3], asking())
    make([1], asking("fr"))
    assert find_parts("shoe", [3, 1], asking()) is not None
    assert find_parts("shoe", [1], asking(edition="second")) is None
    assert find_parts("shoe", [2], asking("fr")) is None
    make([4, 5], asking())
    assert find_parts("shoe", [3, 4, 5], asking()) is not None
    assert find_parts("shoe", [1], asking("fr")) is not None
    assert find_parts("shoe", [1], asking()) is None and find_parts("shoe", [2], asking()) is None
