"""What concerns somebody: following a notice is reading it, with JavaScript; a button does it without."""

from playwright.sync_api import expect


def test_following_a_notice_is_reading_it(visit):
    page = visit("/me/notices", as_="youssef")
    unread = page.locator("[data-notice]")
    before = unread.count()
    assert before and page.locator(".bell .count").count() == 1
    with page.expect_response(lambda answer: answer.url.endswith("/read")) as told:
        unread.first.locator("h2 a").click()
    assert told.value.ok
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/me/notices")
    expect(page.locator("[data-notice]")).to_have_count(before - 1)


def test_without_javascript_a_button_does_it(visit):
    page = visit("/me/notices", as_="sofia", javascript=False)
    unread = page.locator("[data-notice]")
    before = unread.count()
    assert before
    unread.first.locator("form button").click()
    expect(page.locator("[data-notice]")).to_have_count(before - 1)
