"""Talking with one another, in a real browser, with JavaScript and without."""

import re

import pytest


@pytest.fixture
def thread(visit, javascript):
    """A thread of Ana's own, open before her."""
    page = visit("/threads/new", as_="ana", javascript=javascript)
    page.fill("#title", "How do others do it?")
    page.fill("#body", "We try *this*, @ana.")
    page.get_by_role("button", name="Start the thread").last.click()
    page.wait_for_url(re.compile(r"/threads/\d+$"))
    return page


def test_a_reply_is_quoted_written_seen_first_and_posted(thread):
    thread.locator("#post-1").get_by_role("link", name="Quote").click()
    words = thread.locator("#reply textarea")
    thread.locator("#reply textarea", has_text="We try").wait_for()
    words.fill("Here is *ours*.")
    thread.locator("#reply").get_by_role("button", name="Preview").click()
    assert thread.locator("#reply .prose em").inner_text() == "ours"
    thread.get_by_role("button", name="Post reply").click()
    assert thread.locator("#post-2 em").inner_text() == "ours"


def test_a_post_is_edited_where_it_stands_and_its_first_wording_is_kept(thread):
    thread.locator("#post-1").get_by_role("link", name="Edit").click()
    thread.locator("#post-1 textarea").fill("We try that.")
    thread.locator("#post-1").get_by_role("button", name="Save", exact=True).click()
    thread.locator("#post-1 .prose", has_text="We try that.").wait_for()
    thread.locator("#post-1").get_by_role("link", name="edited").click()
    assert "that" in thread.locator("main ins").first.inner_text()


def test_what_is_being_written_survives_a_closed_tab(thread, javascript):
    words = thread.locator("#reply textarea")
    words.fill("Half a thou")
    if javascript:
        thread.locator("#reply .draft", has_text="saved").wait_for()
    else:
        thread.get_by_role("button", name="Save draft").click()
    thread.goto("/me/drafts")
    thread.get_by_role("link", name="Half a thou").first.click()
    assert thread.locator("#reply textarea").input_value() == "Half a thou"


def test_closing_a_thread_says_so(thread):
    thread.get_by_role("button", name="Close").click()
    thread.locator("main .banner", has_text="closed").first.wait_for()
