"""What surrounds every page: skip link, navigation, languages."""

from playwright.sync_api import expect


def test_the_keyboard_reaches_the_content_first(visit):
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#main'")


def test_the_navigation_unfolds_on_a_phone(visit, javascript):
    page = visit("/", width=360, javascript=javascript)
    assert not page.locator("#menu").is_visible()
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#menu a", has_text="Groups").first).to_be_visible()


def test_a_language_can_be_chosen_and_is_remembered(visit, javascript):
    page = visit("/", javascript=javascript)
    page.locator("header details", has_text="English").locator("summary").click()
    page.locator("header details a[lang=ar]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "ar"


def test_no_page_is_wider_than_a_narrow_phone(visit):
    for path in (
        "/",
        "/nowhere",
        "/?lang=ar",
        "/?lang=fr",
        "/meetings",
        "/library",
        "/glossary?lang=ar",
        "/congresses/WC21",
    ):
        page = visit(path, width=320)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_a_form_that_takes_files_fits_on_a_narrow_phone(visit):
    for path in ("/library/new", "/library/new?lang=ar"):
        page = visit(path, as_="bao", width=320)
        assert page.locator("input[type=file]").count()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
