"""Groups in a real browser: joining, asking, answering, and nothing for axe to find."""

import pytest

PAGES = ("/groups", "/groups/africa", "/groups/africa/members")
MEMBERS_PAGES = ("/groups/lawyers-for-children-in-africa", "/groups/lawyers-for-children-in-africa/requests")


def faults(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return [violation["id"] for violation in axe.run(page).response["violations"]]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_for_a_visitor(visit, path):
    for scheme in ("light", "dark"):
        assert faults(visit(path, scheme=scheme)) == []


@pytest.mark.parametrize("path", [*MEMBERS_PAGES, "/groups/new", "/groups/africa/edit", "/groups/africa/members"])
def test_axe_finds_nothing_for_a_moderator(visit, path):
    assert faults(visit(path, as_="chidi")) == []


def test_the_grid_becomes_lists_on_a_phone(visit):
    page = visit("/groups", width=360)
    assert not page.locator(".grid-wide").is_visible() and page.locator(".grid-narrow").is_visible()
    page.locator(".grid-narrow summary", has_text="Africa").click()
    page.locator(".grid-narrow a", has_text="Deprivation of liberty").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_member_joins_and_leaves(visit, javascript):
    page = visit("/groups/north-america", as_="dora", javascript=javascript)
    page.get_by_role("button", name="Join the group").click()
    page.get_by_text("You are in this group").wait_for()
    page.get_by_role("button", name="Leave the group").click()
    page.get_by_role("button", name="Join the group").wait_for()


def test_somebody_asks_and_is_let_in(visit, site, javascript):
    address, who = "/groups/lawyers-for-children-in-africa", "dora" if javascript else "youssef"
    asking = visit(f"{address}?lang=en", as_=who, javascript=javascript)
    asking.fill("textarea[name=note]", "I would like to listen.")
    asking.get_by_role("button", name="Ask to join").click()
    asking.get_by_text("You asked to join").wait_for()
    answering = visit(f"{address}/requests", as_="chidi", javascript=javascript)
    row = answering.locator("#requests li", has_text=f"@{who}")
    row.locator("textarea").fill("Welcome!")
    row.get_by_role("button", name="Let them in").click()
    row.wait_for(state="detached")
    assert site.wait_for_letter(f"{who}@example.org", saying="Welcome!")
    asking.goto(address)
    asking.get_by_text("You are in this group").wait_for()
