"""axe (WCAG 2.2 AA and best practice) has nothing to say about any page, for visitors and members, in any look."""

from __future__ import annotations

import pytest

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Pages a visitor can open.
PUBLIC = [
    "/",
    "/about",
    "/charter",
    "/privacy",
    "/sign-in",
    "/sign-up",
    "/reset",
    "/groups",
    "/groups/africa",
    "/threads",
    "/threads/387",
    "/recommendations",
    "/recommendations/WC15-R01",
    "/recommendations/WC15-R01/trace",
    "/meetings",
    "/congresses",
    "/congresses/WC21",
    "/regions",
    "/regions/africa",
    "/themes",
    "/library",
    "/instruments",
    "/instruments/CRC",
    "/glossary",
    "/glossary/diversion",
    "/glossary/diversion/history",
    "/meetings/WC21-BUE19",
    "/collections",
    "/search?q=justice",
    "/search",
    "/members",
    "/nowhere",
]
MEMBERS = [
    "/",
    "/threads",
    "/threads/new",
    "/library/new",
    "/library/suggestions",
    "/collections/new",
    "/threads?state=unread",
    "/me",
    "/me/drafts",
    "/me/notices",
    "/me/settings/mail",
    "/me/settings/profile",
    "/me/settings/language",
    "/me/settings/security",
    "/me/settings/mail",
    "/me/mail",
    "/me/settings/account",
    "/me/searches",
    "/me/invitations",
    "/members",
    "/members/bao",
]


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


@pytest.mark.parametrize("path", PUBLIC)
def test_a_visitors_page_is_accessible(visit, path):
    page = visit(path)
    assert page.title() and page.locator("h1").count() == 1
    assert page.locator(".error-page").count() == (path == "/nowhere")
    assert complaints(page) == []


@pytest.mark.parametrize("path", MEMBERS)
def test_a_members_page_is_accessible(visit, path):
    page = visit(path, as_="ana", once=True)
    assert page.locator("h1").count() == 1 and page.locator(".error-page").count() == 0
    assert complaints(page) == []


@pytest.mark.parametrize("path", ["/mailing", "/mailing/outgoing", "/mailing/received", "/mailing/paused"])
def test_a_page_for_those_who_look_after_the_site_is_accessible(visit, path):
    page = visit(path, as_="sofia", once=True)
    assert page.locator("h1").count() == 1 and page.locator(".error-page").count() == 0
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
    assert page.locator(".mail-paused").count() == 0 and "No address" in site.forum("mail", "suppressed")


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
