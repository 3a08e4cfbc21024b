"""Sharing in a real browser: chosen or dropped, with its progress, with JavaScript and without."""

from __future__ import annotations

import base64
import os
import re

from playwright.sync_api import expect

from tests import sent_files
from tests.browser.test_accessibility import complaints

#: Drops a file on the field as a file manager would.
DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const dragged = new DataTransfer();
  dragged.items.add(new File([bytes], name, { type: "application/pdf" }));
  const field = document.querySelector("[data-upload]");
  for (const kind of ["dragover", "drop"]) {
    field.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: dragged }));
  }
}"""


def a_pdf() -> bytes:
    """A PDF nobody has sent yet: the same bytes twice would be found in the library."""
    return sent_files.pdf(f"Words {os.urandom(6).hex()}")


def chosen(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def test_a_file_is_shared_and_a_mistake_costs_nothing(visit, javascript):
    page = visit("/library/new", as_="bao", javascript=javascript)
    title = f"A guide to circles {os.urandom(4).hex()}"
    page.set_input_files("#files", chosen("guide.pdf", a_pdf()))
    if javascript:
        page.locator("[data-waiting]", has_text="guide.pdf").wait_for()
    page.fill("#title", title)
    page.fill("#abstract", "What a circle is.")
    page.fill("#issued", "last year")
    page.select_option("#licence", "cc-by")
    page.get_by_role("button", name="Share it").click()
    page.locator("#issued-error").wait_for()
    expect(page.locator("#abstract")).to_have_value("What a circle is.")
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    page.fill("#issued", "2019-11")
    page.get_by_role("button", name="Share it").click()
    page.wait_for_url(re.compile(r"/library/\d+$"))
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#files", has_text="guide.pdf")).to_have_count(1)
    with page.expect_download() as download:
        page.locator("#files").get_by_role("link", name="guide.pdf").first.click()
    assert download.value.suggested_filename == "guide.pdf"
    if javascript:
        assert complaints(page) == []


def test_a_dropped_file_shows_how_far_it_is_and_names_the_form(visit):
    page = visit("/library/new", as_="bao")
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000},
    )
    content = a_pdf() + b"\n%" + os.urandom(300_000).hex().encode()
    page.evaluate(DROP, ["my_long-report.pdf", base64.b64encode(content).decode()])
    bar = page.locator("[data-progress] progress")
    bar.wait_for()
    assert page.get_by_role("button", name="Share it").is_disabled()
    page.wait_for_function(
        "() => { const b = document.querySelector('[data-progress] progress'); return b && b.value > 0 && b.value < 100 }"
    )
    page.locator("[data-waiting]", has_text="my_long-report.pdf").wait_for()
    bar.wait_for(state="detached")
    page.locator("[data-said]", has_text="has arrived").wait_for()
    expect(page.locator("#title")).to_have_value("My long report")
    expect(page.get_by_role("button", name="Share it")).to_be_enabled()


def test_a_file_that_is_refused_is_said_beside_the_field_and_the_first_one_stays(visit):
    page = visit("/library/new", as_="bao")
    page.set_input_files("#files", chosen("guide.pdf", a_pdf()))
    page.locator("[data-waiting] li").wait_for()
    page.set_input_files("#files", chosen("setup.pdf", b"MZ\x00\x01"))
    page.locator("#files-error", has_text="setup.pdf").wait_for()
    expect(page.locator("#files")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    page.set_input_files("#files", chosen("more.pdf", a_pdf()))
    page.locator("[data-waiting] li").nth(1).wait_for()
    page.locator("#files-error").wait_for(state="detached")
    page.locator("[data-waiting]").get_by_role("button", name="Take it out guide.pdf").click()
    page.locator("[data-waiting] li", has_text="guide.pdf").wait_for(state="detached")
    page.locator("[data-waiting] li", has_text="more.pdf").wait_for()


def test_what_was_wrong_with_one_file_is_still_said_when_the_next_has_arrived(visit):
    page = visit("/library/new", as_="bao")
    page.evaluate("document.querySelector('[data-upload]').dataset.most = '0.05'")
    large = chosen("large.pdf", a_pdf() + b"%" * 60_000)
    page.set_input_files("#files", [large, chosen("setup.pdf", b"MZ\x00\x01"), chosen("good.pdf", a_pdf())])
    page.locator("[data-waiting] li", has_text="good.pdf").wait_for()
    error = page.locator("#files-error")
    expect(error).to_contain_text("large.pdf: A file may have at most")
    expect(error).to_contain_text("setup.pdf")
    expect(page.locator("#files")).to_have_attribute("aria-invalid", "true")
    page.set_input_files("#files", chosen("more.pdf", a_pdf()))
    page.locator("[data-waiting] li", has_text="more.pdf").wait_for()
    error.wait_for(state="detached")
    assert page.locator("#files").get_attribute("aria-invalid") is None


def test_a_line_that_breaks_is_said_and_the_next_try_begins_anew(visit):
    page = visit("/library/new", as_="bao")
    page.route("**/library/uploads", lambda route: route.abort("connectionfailed"))
    page.set_input_files("#files", chosen("guide.pdf", a_pdf()))
    expect(page.locator("#files-error")).to_contain_text("guide.pdf did not arrive.")
    expect(page.locator("[data-said]")).to_have_text("")
    expect(page.get_by_role("button", name="Share it")).to_be_enabled()
    page.unroute("**/library/uploads")
    page.set_input_files("#files", chosen("guide.pdf", a_pdf()))
    page.locator("[data-waiting] li", has_text="guide.pdf").wait_for()
    expect(page.locator("#files-error")).to_have_count(0)


def test_what_is_here_already_is_shown_while_typing(visit):
    page = visit("/library/new", as_="bao")
    there = visit("/library").locator("[data-rows=resources] h3 a").first.inner_text()
    page.locator("#title").press_sequentially(there, delay=1)
    page.locator("#alike", has_text="This looks like").wait_for()


def test_the_whole_form_is_within_reach_of_the_keyboard_on_a_narrow_screen(visit):
    page = visit("/library/new", as_="bao", width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.focus("#files")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('form')?.id") == "share"
