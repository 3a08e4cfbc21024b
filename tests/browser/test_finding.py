"""What helps to find, in a real browser: words while one types, what comes when it is scrolled to, a citation to copy."""

from __future__ import annotations

import re

from tests.browser.test_accessibility import complaints


def test_words_are_offered_while_one_types(visit):
    page = visit("/search")
    page.locator("main #q").press_sequentially("child", delay=30)
    page.locator("#suggestions option").first.wait_for(state="attached")
    offered = page.eval_on_selector_all("#suggestions option", "options => options.map(option => option.value)")
    assert all(isinstance(words, str) and words for words in offered)
    page.fill("main #q", "")
    page.locator("#suggestions option").first.wait_for(state="detached")


def test_more_like_this_comes_when_it_is_scrolled_to(visit, javascript):
    page = visit("/library", javascript=javascript)
    page.locator("main ul.rows a[href^='/library/'], main ol.rows a[href^='/library/']").first.click()
    page.wait_for_url(re.compile(r"/library/\d+"))
    if javascript:
        page.locator("#alike-title").scroll_into_view_if_needed()
        page.locator("#alike-found").wait_for()
        assert complaints(page) == []
    else:
        page.get_by_role("link", name="Show what is like it").click()
        page.wait_for_url(re.compile(r"/search\?like=\d+"))
        page.locator("#alike-found").wait_for()


def test_a_concept_shows_what_speaks_of_it(visit, javascript):
    page = visit("/glossary/diversion", javascript=javascript)
    if javascript:
        page.locator("#using").scroll_into_view_if_needed()
    else:
        page.get_by_role("link", name="Show what speaks of it").click()
    page.locator("#using-found").wait_for()
    assert page.locator("#using-found > li").count() > 0
    if javascript:
        assert complaints(page) == []


def test_a_citation_is_copied(visit):
    page = visit("/library")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("main ul.rows a[href^='/library/'], main ol.rows a[href^='/library/']").first.click()
    page.wait_for_url(re.compile(r"/library/\d+"))
    button = page.locator("[data-copy]").first
    said = page.locator(f"#{button.get_attribute('data-copy')}").inner_text().strip()
    button.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").split() == said.split()
