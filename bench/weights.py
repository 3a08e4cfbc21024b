"""How heavy a page is on the wire: compressed, with all it links to, as a browser would fetch it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.browser import Browser


@dataclass(frozen=True)
class Weight:
    requests: int
    first: int  # bytes of the first visit: the page with its styles and scripts
    further: int  # bytes of the next page of the same kind, when those are kept


def weigh(base: str, path: str) -> Weight:
    """Fetch a page and what its head and body link to."""
    browser = Browser(base)
    page = browser.get(path, Accept_Encoding="gzip")
    plain = browser.get(path).text
    linked = re.findall(
        r'<link\b[^>]*rel="(?:stylesheet|preload|icon)"[^>]*>|<script\b[^>]*src=[^>]*>|<img\b[^>]*>', plain
    )
    found = {found[1] for tag in linked if (found := re.search(r'(?:href|src)="(/[^"]+)"', tag))}
    sizes = [len(browser.get(address, Accept_Encoding="gzip").body) for address in found]
    return Weight(1 + len(found), len(page.body) + sum(sizes), len(page.body))
