"""Documents without pages of their own are cut where a reader would turn one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

SECTION = 3000  # characters: about a printed page


def in_sections(text: str, size: int = SECTION) -> Iterator[str]:
    """The text in pieces of about this size, cut at the end of a paragraph, else of a line, a sentence or a word."""
    at = 0
    while len(text) - at > size * 1.3:
        window = text[at : at + int(size * 1.3)]
        cut = next(
            (
                place + len(mark)
                for mark in ("\n\n", "\n", ". ", "؟ ", "。", " ")
                if (place := window.rfind(mark, size // 2)) > 0
            ),
            len(window),
        )
        yield text[at : at + cut].strip()
        at += cut
    if rest := text[at:].strip():
        yield rest


def in_pages(pages: Iterable[str]) -> list[str]:
    """Pages as they were marked; where the marks leave everything on one long page, cut into sections."""
    marked = [page.strip() for page in pages]
    while marked and not marked[-1]:
        marked.pop()
    if len(marked) == 1 and len(marked[0]) > SECTION * 1.3:
        return list(in_sections(marked[0]))
    return marked
