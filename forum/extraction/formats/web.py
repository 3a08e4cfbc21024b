"""HTML: the text of the page without what stands around it on every page of the same site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from forum.extraction.flowing import in_pages
from forum.extraction.formats import Context, Piece
from forum.extraction.formats.plain import MOST, decoded
from forum.extraction.markup import found_in, html_tree, words_of
from forum.extraction.outcomes import Page, Reason, Unreadable

ENOUGH = 10  # times: where the surroundings are as much more than the rest, they were the page


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    content = file.read(MOST)
    declared = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{2,40})", content[:4096], re.I)
    try:
        text = content.decode(declared[1].decode("ascii")) if declared else decoded(content)
    except (LookupError, UnicodeDecodeError):
        text = decoded(content)
    root = html_tree(text.encode("utf-8", errors="ignore"), "utf-8")
    if root is None:
        raise Unreadable(Reason.NO_WORDS)
    yield found_in(root)
    mains = root.xpath("//main | //*[@role='main'] | //article") or root.xpath("//body")
    words = "\n\n".join(words_of(main) for main in mains if not any(a in mains for a in main.iterancestors()))
    whole = words_of(root, whole=True)
    yield from map(Page, in_pages([words if len(words) * ENOUGH >= len(whole) else whole]))
