"""With the keyboard alone: every journey of a member, each stop seen; and the text twice as large (WCAG 2.2, 2.1.1, 2.4.7, 1.4.4)."""

import pytest

from tests.browser.conftest import PASSWORD

#: What the focused element shows that it does not show when the focus is elsewhere.
IS_SEEN = """
() => {
  const it = document.activeElement;
  if (!it || it === document.body) return "";  // behind the last stop of the page comes the browser itself
  const look = () => { const s = getComputedStyle(it); return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor].join(); };
  const drawn = getComputedStyle(it).outlineStyle !== "none" && parseFloat(getComputedStyle(it).outlineWidth) > 0;
  const focused = look();
  it.blur();
  const plain = look();
  it.focus({ preventScroll: true });
  if (!drawn && focused === plain) return "the focus is not seen on " + it.outerHTML.slice(0, 120);
  const box = it.getBoundingClientRect();
  if (!box.width || !box.height) return "the focus is on something invisible: " + it.outerHTML.slice(0, 120);
  return "";
}
"""


def reach(page, selector: str, *, back: bool = False, stops: int = 120) -> None:
    """Press Tab until this has the focus; every stop on the way shows where one is."""
    for _ in range(stops):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        assert page.evaluate(IS_SEEN) == ""
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{stops} stops, and none of them is {selector} on {page.url}")


def test_a_member_signs_in_reads_answers_and_searches_without_a_mouse(visit):
    page = visit("/sign-in")
    reach(page, "main input[name=email]")
    page.keyboard.type("bao@example.org")
    reach(page, "main input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)

    page.goto("/groups/latin-america-caribbean?lang=en")
    if page.get_by_role("button", name="Join the group").count():
        reach(page, "main form[action$='/join'] button")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Leave the group").wait_for()
    reach(page, "main a[href^='/threads/']")
    page.keyboard.press("Enter")
    page.locator("textarea[name=body]").wait_for()

    reach(page, "textarea[name=body]")
    page.keyboard.type("Written without a mouse, word for word.")
    reach(page, "form:has(textarea[name=body]) button[type=submit], form:has(textarea[name=body]) button:not([type])")
    page.keyboard.press("Enter")
    page.locator("article", has_text="Written without a mouse").wait_for()

    page.goto("/")
    reach(page, "header input[name=q]")
    page.keyboard.type("diversion")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    reach(page, "#results a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/search" not in url)


def test_an_open_menu_is_left_with_escape_and_the_focus_stays_where_it_was(visit):
    page = visit("/")
    reach(page, "header details summary")
    page.keyboard.press("Enter")
    assert page.locator("header details[open]").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator("header details[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('header details summary')")


@pytest.mark.parametrize(
    "path",
    ["/", "/groups", "/threads", "/recommendations", "/search?q=diversion", "/library", "/meetings", "/?lang=ar"],
)
def test_text_twice_as_large_stays_on_the_page(visit, path):
    for width in (1280, 640):  # at 640, what a browser shows that zooms a window of 1280 twice
        page = visit(path, as_="bao", once=True, width=width)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        cut = page.evaluate(
            """() => [...document.querySelectorAll("main a, main button, main h1, main h2, header a, header button")]
                .filter(it => it.offsetParent && it.clientHeight > 1 && getComputedStyle(it).overflow === "hidden" && it.scrollHeight > it.clientHeight + 4)
                .map(it => it.outerHTML.slice(0, 100))"""
        )
        assert cut == [], (path, width)
