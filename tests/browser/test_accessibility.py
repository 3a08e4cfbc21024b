"""axe (WCAG 2.2 AA and best practice) has nothing to say about a page in any look; `test_every_page.py` walks them all."""

from __future__ import annotations

import pytest

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def complaints(page) -> list[str]:
    """What axe says about a page, one line per element."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(
        page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    ).response["violations"]
    return [
        f"{violation['id']} at {page.url}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in found
        for node in violation["nodes"]
    ]


def test_the_page_of_what_is_not_there_is_accessible(visit):
    page = visit("/nowhere")
    assert page.locator("h1").count() == page.locator(".error-page").count() == 1
    assert complaints(page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_whoever_gets_no_mail_is_told_so_and_lets_it_come_with_one_click(site, visit, javascript):
    address = "bao@example.org"
    page = visit("/mailing/paused", as_="sofia", javascript=javascript)
    page.fill("main input[name=address]", address)
    page.fill("main .panel input[name=words]", "asked on the phone")
    page.click("main .panel button")
    page = visit("/", as_="bao", javascript=javascript)
    assert address in page.locator(".mail-paused").inner_text()
    assert not javascript or complaints(page) == []  # what looks for them is a script
    page.click(".mail-paused button")
    page.wait_for_selector("#notice p")
    page.locator(".mail-paused").wait_for(state="detached")
    assert "No address" in site.forum("mail", "suppressed")


@pytest.mark.parametrize("path", ["/", "/groups", "/threads/387", "/search?q=justice"])
@pytest.mark.parametrize("look", ["dark", "right to left", "phone"])
def test_a_page_is_accessible_in_every_look(visit, path, look):
    page = visit(
        path,
        scheme="dark" if look == "dark" else "light",
        language="ar" if look == "right to left" else "en",
        width=360 if look == "phone" else 1280,
    )
    assert complaints(page) == []
