"""Errors are pages too."""

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


def test_a_form_larger_than_any_post_is_refused_before_it_is_read(cast, as_):
    response = as_(cast.ana).post(f"/threads/{cast.thread.id}/replies", data={"body": "x" * (3 * 2**20)})
    assert response.status_code == 413
    assert "<h1>" in response.text
