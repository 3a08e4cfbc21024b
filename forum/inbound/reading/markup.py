"""HTML of a mail as plain text: blocks, lists, quotes and links stay; nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from forum.extraction.markup import BLOCKS, CELLS, NO_WORDS, html_tree

MOST = 4 * 2**20  # characters of HTML that are looked at
APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "pre", "table", "hr"})
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
DEEPEST_QUOTE = 20


def text_of_html(source: str) -> str:
    """What a person would read, a line for each block."""
    root = html_tree(source[:MOST].replace("\0", "").encode("utf-8", "replace"), "utf-8")
    if root is None:
        return ""
    writing = _Writing()
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            writing.say(element.tail)
        elif event == "start":
            writing.begin(element)
        else:
            writing.end(element)
            if element is not root:
                writing.say(element.tail)
    return writing.text()


class _Writing:
    """Where a walk through the document stands, and what it has written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.quotes = 0
        self.lists: list[int | None] = []  # the number the next item has; None where items have marks
        self.skipped: Any = None
        self.plain = 0  # depth of <pre>
        self.links: list[tuple[Any, int, int]] = []

    def say(self, words: str | None) -> None:
        if self.skipped is not None or not words:
            return
        if self.plain:
            first, *rest = words.split("\n")
            self.line += first
            for each in rest:
                self._end_line()
                self.line = each
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", words)
        self.line += words.lstrip() if not self.line or self.line.endswith(" ") else words

    def begin(self, element: Any) -> None:
        if self.skipped is not None:
            return
        tag = _tag(element)
        if tag in NO_WORDS or HIDDEN.search(element.get("style") or ""):
            self.skipped = element
            return
        if tag == "br":
            self._end_line()
        elif tag in BLOCKS:
            self._break(apart=tag in APART and not self.lists)
        if tag == "blockquote":
            self.quotes = min(self.quotes + 1, DEEPEST_QUOTE)
        elif tag in ("ul", "ol"):
            self.lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self.line = self._mark()
        elif tag == "pre":
            self.plain += 1
        elif tag in CELLS and element.getprevious() is not None and self.line:
            self.line += " | "
        elif tag == "a":
            self.links.append((element, len(self.lines), len(self.line)))
        self.say(element.text)

    def end(self, element: Any) -> None:
        if self.skipped is not None:
            if self.skipped is element:
                self.skipped = None
            return
        tag = _tag(element)
        if tag == "a" and self.links and self.links[-1][0] is element:
            self._link(element, *self.links.pop()[1:])
        if tag in BLOCKS:
            self._break()
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "pre":
            self.plain = max(0, self.plain - 1)
        if tag in APART and not self.lists:
            self._break(apart=True)

    def text(self) -> str:
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")

    def _link(self, element: Any, line: int, column: int) -> None:
        where = "".join((element.get("href") or "").split())
        if len(where) > 2000 or not where.casefold().startswith(("http://", "https://", "mailto:")):
            return
        shown = self.line[column:] if line == len(self.lines) else ""
        address = where[7:] if where.casefold().startswith("mailto:") else where
        same = {name.rstrip("/") for name in (where, address, address.partition("://")[2])}
        if shown.strip() and shown.strip().rstrip("/") not in same:
            self.line += f" ({address})"
        elif not shown.strip() and line == len(self.lines) and _tag(element) == "a" and not len(element):
            self.line += address

    def _mark(self) -> str:
        indent = "  " * max(0, len(self.lists) - 1)
        number = self.lists[-1] if self.lists else None
        if number is None:
            return f"{indent}- "
        self.lists[-1] = number + 1
        return f"{indent}{number}. "

    def _break(self, *, apart: bool = False) -> None:
        if self.line.strip():
            self._end_line()
        self.line = ""
        if apart and self.lines:
            before = ("> " * self.quotes).rstrip()
            if self.lines[-1].strip("> "):
                self.lines.append(before)
            elif len(self.lines[-1]) > len(before):  # an empty line between is quoted as little as its neighbours
                self.lines[-1] = before

    def _end_line(self) -> None:
        self.lines.append(("> " * self.quotes + self.line.replace("\xa0", " ")).rstrip())
        self.line = ""


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2].casefold() if isinstance(element.tag, str) else ""
