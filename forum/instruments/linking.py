"""Citations as links: for texts that are rendered once, and for those a template shows as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forum.instruments.recognition import Citation, citations_in
from forum.instruments.vocabulary import all_instruments


@dataclass(frozen=True)
class Part:
    """A piece of a text: words, and where they lead when they cite something."""

    words: str
    url: str = ""


def address_of(citation: Citation) -> str:
    """Of the instrument; of who cites the same provision, when it is one provision."""
    instrument = all_instruments()[citation.code]
    return instrument.address(citation.provisions[0] if len(citation.provisions) == 1 else "")


def places_in(text: str) -> list[tuple[int, int, str]]:
    """Where in a text citations begin and end, and where they lead."""
    return [(found.start, found.end, address_of(found)) for found in citations_in(text)]


def parts_of(text: str) -> Iterator[Part]:
    """A text in pieces, for a template that makes links of its citations; the pieces together are the text."""
    position = 0
    for start, end, url in places_in(text):
        if start > position:
            yield Part(text[position:start])
        yield Part(text[start:end], url)
        position = end
    if position < len(text):
        yield Part(text[position:])
