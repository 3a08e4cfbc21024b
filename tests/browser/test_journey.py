"""The forum's main job, from end to end, in a real browser, with and without JavaScript.

Somebody browses a congress to a recommendation, becomes a member, joins a group, starts a thread about the
recommendation, answers, corrects, finds it again by search; and another member sees it as unread.
"""

from __future__ import annotations

import re
import time
import uuid

from tests.browser.conftest import sign_in

CONGRESS, MEETING, RECOMMENDATION = "WC21", "WC21-BUE19", "WC21-BUE19-R01"
GROUP = "latin-america-caribbean"
NEWCOMERS_PASSWORD = "four words of my own"


def link_in(letter) -> str:
    """The first address in the text of a mail."""
    text = letter.get_body(("plain",)).get_content()
    return re.search(r"https?://\S+", text).group()


def click(page, name: str) -> None:
    """Press the button or link of this name in the page's main part."""
    main = page.locator("main")
    button = main.get_by_role("button", name=name, exact=True)
    button.or_(main.get_by_role("link", name=name, exact=True)).first.click()


def browse_to_the_recommendation(page) -> None:
    page.goto("/congresses")
    page.locator(f"main a[href='/congresses/{CONGRESS}']").first.click()
    page.locator(f"main a[href='/meetings/{MEETING}']").first.click()
    page.locator(f"main a[href='/recommendations/{RECOMMENDATION}']").first.click()
    page.wait_for_url(f"**/recommendations/{RECOMMENDATION}")
    assert RECOMMENDATION in page.locator("main").inner_text()


def sign_up(page, name: str, email: str) -> None:
    page.locator("header a[href='/sign-up']").click()
    page.fill("main input[name=name]", name)
    page.fill("main input[name=email]", email)
    page.fill("main input[name=password]", NEWCOMERS_PASSWORD)
    page.check("main input[name=is_adult]")
    page.check("main input[name=accepts_charter]")
    click(page, "Make my account")
    page.locator("h1", has_text="Look into your mail").wait_for()


def confirm(site, page, email: str) -> None:
    """Open the link in the mail; when it asks for a press of a button (mail scanners follow links), press it."""
    page.goto(link_in(site.wait_for_letter(email)))
    confirming = page.locator("main form[action*='/confirm'] button")
    if confirming.count():
        confirming.first.click()
        confirming.wait_for(state="detached")


def admit(moderator, name: str) -> None:
    moderator.goto("/moderation")
    moderator.locator("#waiting > li", has_text=name).get_by_role("button", name="Admit").click()
    moderator.locator("#waiting > li", has_text=name).wait_for(state="detached")
    moderator.goto("/moderation")
    assert name not in moderator.locator("main").inner_text()


def join(page) -> None:
    page.goto(f"/groups/{GROUP}")
    click(page, "Join the group")
    page.get_by_role("button", name="Leave the group").wait_for()


def start_a_thread(page, title: str, body: str) -> str:
    """Start a thread about the recommendation from its page; returns its address."""
    page.goto(f"/recommendations/{RECOMMENDATION}")
    page.locator("main a[href^='/threads/new']").first.click()
    page.select_option("main select[name=group]", GROUP)
    page.fill("main input[name=title]", title)
    page.fill("main textarea[name=body]", body)
    page.locator("main form[action='/threads/new'] .actions button:not(.quiet)").click()
    page.wait_for_url(re.compile(r"/threads/\d+"))
    assert page.locator("h1").inner_text() == title
    return re.search(r"/threads/\d+", page.url).group()


def reply(page, body: str) -> None:
    page.fill("#reply textarea[name=body]", body)
    click(page, "Post reply")
    page.locator("#post-2", has_text=body).wait_for()


def edit(page, body: str) -> None:
    page.locator("#post-2 > footer a", has_text="Edit").click()
    page.locator("main form[action$='/edit'] textarea[name=body]").fill(body)
    click(page, "Save")
    page.locator("#post-2 .prose", has_text=body).wait_for()


def find(page, words: str, title: str) -> None:
    """Search by the box in the header until the result is there: it may take the index two seconds."""
    end = time.monotonic() + 120
    while True:
        page.fill("header input[name=q]", words)
        page.press("header input[name=q]", "Enter")
        page.wait_for_url(re.compile(r"/search"))
        if page.locator("#results", has_text=title).count():
            return
        assert time.monotonic() < end, f"{words} was not found"
        time.sleep(0.5)
        page.goto("/threads")


def mark_as_read(page, javascript: bool) -> None:
    """Reading says so by itself where there is JavaScript, and by a button where there is none: a GET writes nothing."""
    if javascript:
        page.locator("#read", has_text="You have read up to here").wait_for()
    else:
        page.locator("#read button").click()
        page.locator("#read button").wait_for(state="detached")


def test_from_a_congress_to_a_thread_that_others_find(site, visit, javascript):
    word = f"kilimo{uuid.uuid4().hex[:8]}"
    name, email, title = f"Nia {word}", f"{word}@example.org", f"Asking about {word}"

    page = visit("/", javascript=javascript)
    browse_to_the_recommendation(page)
    sign_up(page, name, email)
    confirm(site, page, email)
    admit(visit("/", as_="chidi", javascript=javascript), name)
    sign_in(page, email, NEWCOMERS_PASSWORD)

    join(page)
    thread = start_a_thread(page, title, f"Who has tried {RECOMMENDATION}?")
    assert page.locator(f"#post-1 a[href='/recommendations/{RECOMMENDATION}']").count() == 1
    reply(page, "We did, in two courts.")
    edit(page, "We did, in three courts.")
    find(page, word, title)

    other = visit("/threads?state=unread", as_="ana", javascript=javascript)
    assert title in other.locator("main").inner_text()
    other.goto(thread)
    mark_as_read(other, javascript)
    other.goto("/threads?state=unread")
    assert title not in other.locator("main").inner_text()

    page.goto(f"/recommendations/{RECOMMENDATION}")
    assert title in page.locator("main").inner_text()
