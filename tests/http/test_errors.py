"""Errors are pages too."""

import re

import pytest


def test_an_unknown_address_answers_with_a_page_and_a_way_back(app, as_):
    response = as_(None).get("/nowhere")
    assert response.status_code == 404
    assert "<h1>" in response.text and 'href="/"' in response.text


def test_a_visitor_gets_the_start_page_without_a_cookie(app, as_):
    response = as_(None).get("/")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_a_page_that_is_only_read_refuses_a_post_and_says_what_to_use(app, as_):
    response = as_(None).post("/meetings")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "<h1>" in response.text and 'href="/"' in response.text


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999999999999999999", "١", "2"])
def test_a_page_number_that_leads_nowhere_is_a_page_that_says_so(cast, as_, number):
    response = as_(None).get(f"/threads?page={number}")
    assert response.status_code == 404
    assert 'href="/"' in response.text
    assert "no page of that number" in response.text and 'href="/threads"' in response.text


def test_only_a_page_number_leads_back_to_a_first_page(cast, as_):
    assert "first page" in as_(None).get("/threads?state=open&page=7").text
    assert 'href="/threads?state=open"' in as_(None).get("/threads?state=open&page=7").text
    assert "first page" in as_(None).get(f"/threads/{cast.thread.id}?page=7").text
    assert "first page" not in as_(None).get("/nowhere?page=7").text
    assert "first page" not in as_(None).get("/threads/999999?page=7").text


def test_a_form_larger_than_any_post_is_refused_before_it_is_read(cast, as_):
    response = as_(cast.ana).post(f"/threads/{cast.thread.id}/replies", data={"body": "x" * (3 * 2**20)})
    assert response.status_code == 413
    assert "<h1>" in response.text


def test_a_refusal_shows_what_was_written_so_that_it_can_be_copied(cast, as_):
    as_(cast.ana).post(f"/threads/{cast.thread.id}/close")
    response = as_(cast.bao).post(
        f"/threads/{cast.thread.id}/replies", data={"body": "A long & careful answer.", "language": "en"}
    )
    assert response.status_code == 409
    assert "A long &amp; careful answer.</textarea>" in response.text and "readonly" in response.text


@pytest.mark.parametrize(
    ("field", "written"),
    [("title", "Water"), ("abstract", "Water"), ("abstract", "儿童司法"), ("url", "https://example.org/water")],
)
def test_one_word_that_was_written_is_shown_and_what_was_chosen_is_not(cast, as_, make, field, written):
    resource = make.resource(by=cast.bao)
    chosen = {"type": "report", "licence": "cc-by", "language": "en", "audience": "public", "version": "7"}
    said = {"title": "T", "url": "https://example.org", **chosen, field: written}
    response = as_(cast.bao).post(f"/library/{resource.id}/edit", data=said)
    assert response.status_code == 409
    shown = re.findall(r'<textarea name="(\w+)"[^>]*>\s*([^<]*)</textarea>', response.text)
    assert (field, written) in shown and not {name for name, _value in shown} & set(chosen)


def test_an_error_page_never_repeats_a_password(app, as_):
    response = as_(None).post("/nowhere", data={"password": "my long secret", "body": "Some words here."})
    assert response.status_code == 404
    assert "my long secret" not in response.text and "Some words here." not in response.text


def test_what_htmx_sent_and_was_refused_with_422_is_told_in_the_notice_and_leaves_the_form(cast, as_):
    address, fields = f"/entries/{cast.thread.id}/follow", {"level": "loudly"}
    response = as_(cast.ana, htmx=True).post(address, data=fields)
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#notice" and response.headers["HX-Reswap"] == "innerHTML"
    assert response.text.strip().startswith('<p class="warn">') and "<html" not in response.text
    whole = as_(cast.ana).post(address, data=fields)
    assert whole.status_code == 422 and "HX-Retarget" not in whole.headers and "<h1>" in whole.text


def test_a_refused_form_leads_back_to_its_page_and_nowhere_else(cast, as_):
    client, deed = as_(cast.ana), f"/threads/{cast.thread.id}/posts/99/delete"
    came_from = {"Referer": "http://localhost/threads?state=open&page=1"}
    assert 'href="/threads?state=open&amp;page=1">Go back' in client.post(deed, headers=came_from).text
    for elsewhere in ("https://evil.example/threads", "javascript:alert(1)", "//evil.example/x", "nonsense", ""):
        assert "Go back<" not in client.post(deed, headers={"Referer": elsewhere}).text
    assert (
        'href="/evil.example/x">Go back'
        in client.post(deed, headers={"Referer": "http://localhost//evil.example/x"}).text
    )
    assert "Go back<" not in client.get("/nowhere", headers=came_from).text
