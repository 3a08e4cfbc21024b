"""What concerns somebody: following a notice is reading it, with JavaScript; a button does it without."""

import time

from playwright.sync_api import expect


def test_following_a_notice_is_reading_it(visit):
    page = visit("/me/notices", as_="youssef")
    unread = page.locator("[data-notice]")
    before = unread.count()
    assert before and page.locator(".bell .count").count() == 1
    unread.first.locator("h2 a").click()
    page.wait_for_url(lambda url: "/me/notices" not in url)
    # the beacon travels beside the next page, so the list may be asked before it has arrived
    end = time.monotonic() + 10
    while page.goto("/me/notices") and unread.count() != before - 1:
        assert time.monotonic() < end, "followed ten seconds ago, and still unread"


def test_without_javascript_a_button_does_it(visit):
    page = visit("/me/notices", as_="sofia", javascript=False)
    unread = page.locator("[data-notice]")
    before = unread.count()
    assert before
    unread.first.locator("form button").click()
    expect(page.locator("[data-notice]")).to_have_count(before - 1)
