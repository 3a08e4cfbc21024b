"""What concerns somebody: following a notice is reading it, with JavaScript; a button does it without."""

import time

PATIENCE = 60  # seconds


def test_following_a_notice_is_reading_it(visit):
    page = visit("/me/notices", as_="youssef")
    unread = first_unread(page)
    assert page.locator(".bell .count").count() == 1
    unread.locator("h2 a").click()
    page.wait_for_url(lambda url: "/me/notices" not in url)
    # the beacon travels beside the next page, so the list may be asked before it has arrived
    end = time.monotonic() + PATIENCE
    while page.goto("/me/notices") and unread.count():
        assert time.monotonic() < end, f"followed {PATIENCE} seconds ago, and still unread"


def test_without_javascript_a_button_does_it(visit):
    page = visit("/me/notices", as_="sofia", javascript=False)
    unread = first_unread(page)
    unread.locator("form button").click()
    unread.wait_for(state="detached")


def first_unread(page):
    """The first notice that is unread: this one, not however many there are, since more may come meanwhile."""
    address = page.locator("[data-notice]").first.get_attribute("data-notice")
    return page.locator(f"[data-notice='{address}']")
