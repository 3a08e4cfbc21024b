"""axe has nothing to say about any page there is, whoever opens it. The pages are those of the site's own map of addresses."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest

from tests.browser.every_page import UNWALKED, WALK
from tests.browser.test_accessibility import complaints
from tests.catalogues import catalogue

WHO = {"visitor": "", "member": "ana", "moderator": "chidi", "secretariat": "sofia"}
CHUNKS = 4
PATHS = [path for endpoint in sorted(WALK) for path in WALK[endpoint]]
#: What makes a page another one to axe: which elements it is built of, of which classes.
TAG = re.compile(r"<([a-z][a-z0-9-]*)(?:[^>]*?\sclass=\"([^\"]*)\")?")


#: Addresses that are there in some configurations only.
MAYBE = {
    "mailbox.index",
    "mailbox.show",
    "mailbox.source",
    "mailbox.as_page",
    "mailbox.came",
    "moderation.show",
    "security.static",
}


@pytest.fixture(scope="module")
def samples(site) -> dict[str, str]:
    """What the demo has to show, asked of its database; what it has not is made there in passing."""
    with sqlite3.connect(f"file:{site.folder}/forum.db?mode=ro", uri=True) as rows:

        def one(sql: str) -> str:
            [found] = rows.execute(sql).fetchone()
            return str(found)

        return {
            "thread": one("SELECT min(id) FROM thread"),
            "resource": one("SELECT min(id) FROM resource"),
            "delivery": one("SELECT min(id) FROM delivery"),
            "quoting": one("SELECT thread_id FROM post JOIN post_quote ON post_id = id"),
        }


def skeleton(html: str) -> str:
    """What a page is built of, below its header, without what it says."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return hashlib.sha256(repr(sorted(set(TAG.findall(main)))).encode()).hexdigest()


def test_every_page_is_walked_or_says_why_not(app):
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    nowhere = sorted(pages - WALK.keys() - UNWALKED.keys())
    assert nowhere == [], (
        f"Give {', '.join(nowhere)} a path in tests/browser/every_page.py, or the reason why it has none."
    )
    assert WALK.keys() & UNWALKED.keys() == set()
    assert sorted((WALK.keys() | UNWALKED.keys()) - pages - MAYBE) == [], "these addresses are no more"


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_page_is_accessible_to_everybody_who_may_open_it(site, visit, samples, chunk):
    """Once for each shape it takes: where it is built alike for two of them, it is looked at once."""
    here = samples | {"collection": collection(visit), "mail": mail(site, visit)}
    found: list[str] = []
    opened: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for who, handle in WHO.items():
        page = visit("/charter", as_=handle, once=True)
        for path in (path.format(**here) for path in PATHS[chunk::CHUNKS]):
            answer = page.context.request.get(site.url + path, headers={"Accept": "text/html"})
            asked_to_sign_in = "/sign-in" in answer.url and "/sign-in" not in path
            if not answer.ok or asked_to_sign_in:
                continue
            opened.add(path)
            if (shape := (path, skeleton(answer.text()))) in seen:
                continue
            seen.add(shape)
            page.goto(path)
            found += [f"{who}: {line}" for line in complaints(page)]
            if page.locator("h1").count() != 1:
                found.append(f"{who}: {path} has {page.locator('h1').count()} first headings")
    assert found == [], "\n".join(found)
    closed = sorted({path.format(**here) for path in PATHS[chunk::CHUNKS]} - opened)
    assert closed == [], f"nobody could open {', '.join(closed)}: give them other values in tests/browser/every_page.py"


@pytest.mark.parametrize("handle", ["", "sofia"])
def test_no_page_speaks_english_to_a_reader_of_arabic(site, visit, samples, handle):
    """What we say and what we named has a translation, and every page uses it (WCAG 2.2, 3.1.2)."""
    here = samples | {"collection": collection(visit), "mail": mail(site, visit)}
    ours = english_words(site)
    asking = visit("/charter", as_=handle, once=True).context.request
    found = set()
    for path in (path.format(**here) for path in PATHS):
        answer = asking.get(f"{site.url}{path}{'&' if '?' in path else '?'}lang=ar", headers={"Accept": "text/html"})
        if answer.ok:
            found |= {f"{path}: {text}" for text in texts(lxml.html.fromstring(answer.text())) if text in ours}
    assert found == set(), "\n".join(sorted(found))


def english_words(site: Any) -> set[str]:
    """What stands on a page only if somebody forgot that its reader has another language."""
    arabic = catalogue("ar")
    assert arabic is not None
    sentences = {str(m.id) for m in arabic if isinstance(m.id, str) and m.string != m.id and "%(" not in m.id}
    with sqlite3.connect(f"file:{site.folder}/forum.db?mode=ro", uri=True) as rows:
        for table in ("region", "theme", "profession", "country"):
            sentences |= {json.loads(labels)["en"] for (labels,) in rows.execute(f"SELECT labels FROM {table}")}
    return {words for words in sentences if len(words) > 3 and words.isascii()}


def texts(element: Any) -> Iterator[str]:
    """What an element says in the language of the page: not what members wrote, nor what is marked as another language."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "textarea", "code", "pre", "bdi"):
        return
    if element.get("lang", "ar") == "ar" and element.get("dir") != "auto":
        said = (element.text, *(element.get(name) for name in ("aria-label", "placeholder", "alt", "title")))
        yield from (text.strip() for text in said if text)
        for child in element:
            yield from texts(child)
            yield (child.tail or "").strip()


def collection(visit: Any) -> str:
    """The number of a collection of Ana's."""
    page = visit("/collections", as_="ana", once=True)
    if not page.locator("[data-rows=collections] a").count():
        page.goto("/collections/new")
        page.fill("main input[name=title]", "To read on the train")
        page.click("main form button[type=submit], main form button:not([type])")
        page.wait_for_url(re.compile(r"/collections/\d+"))
        page.goto("/collections")
    return str(page.locator("[data-rows=collections] a").first.get_attribute("href")).rpartition("/")[2]


def mail(site: Any, visit: Any) -> str:
    """The name of a mail in the mailbox for trying things out."""
    page = visit("/dev/mail", as_="ana", once=True)
    hrefs = [link.get_attribute("href") for link in page.locator("main a[href^='/dev/mail/']").all()]
    names = [href.removeprefix("/dev/mail/") for href in hrefs if href and "/" not in href.removeprefix("/dev/mail/")]
    return names[0] if names else pytest.fail("the demo has sent no mail yet")
