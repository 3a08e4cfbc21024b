"""Static files are kept for a year, pages travel compressed, and neither grows beyond its budget."""

import gzip
import re

PACKED = {"Accept-Encoding": "gzip"}


def fingerprinted(page: str, name: str) -> str:
    return re.search(rf"/static/{re.escape(name)}\?v=\w+", page).group()


def test_a_fingerprinted_file_is_kept_for_a_year(app, as_):
    visitor = as_(None)
    response = visitor.get(fingerprinted(visitor.get("/").text, "site.css"), headers=PACKED)
    assert response.cache_control.max_age == 365 * 24 * 3600
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"@layer" in gzip.decompress(response.data)


def test_an_outdated_fingerprint_is_not_kept(app, as_):
    assert as_(None).get("/static/site.css?v=old").cache_control.max_age == 600


def test_a_file_that_has_not_changed_is_not_sent_again(app, as_):
    visitor = as_(None)
    etag = visitor.get("/static/site.css").headers["ETag"]
    assert visitor.get("/static/site.css", headers={"If-None-Match": etag}).status_code == 304


def test_the_icon_is_where_programs_look_for_it(app, as_):
    response = as_(None).get("/favicon.ico")
    assert response.status_code == 200 and response.content_type in ("image/x-icon", "image/vnd.microsoft.icon")
    assert response.data[:4] == b"\0\0\1\0" and len(response.data) < 4096
    assert response.cache_control.public and response.cache_control.max_age == 24 * 3600
    assert "Set-Cookie" not in response.headers
    again = as_(None).get("/favicon.ico", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_file_outside_the_folder_is_not_there(app, as_):
    for name in ("../wsgi.py", "%2e%2e/wsgi.py", "vendor", "nothing.css", "a%00b"):
        assert as_(None).get(f"/static/{name}").status_code == 404


def test_a_page_is_compressed_only_for_who_can_read_it(app, as_):
    packed, plain = as_(None).get("/", headers=PACKED), as_(None).get("/")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "<h1" in gzip.decompress(packed.data).decode()


def test_the_style_sheet_stays_small(app, as_):
    assert len(as_(None).get("/static/site.css", headers=PACKED).data) <= 9 * 1024


def test_the_language_links_keep_what_was_asked(app, as_):
    page = as_(None).get("/nowhere?q=a+b&theme=x&theme=y&lang=en").text
    assert 'href="/nowhere?q=a+b&amp;theme=x&amp;theme=y&amp;lang=ar"' in page


def test_a_chosen_language_turns_the_page_around(app, as_):
    assert '<html lang="ar" dir="rtl">' in as_(None).get("/?lang=ar").text
