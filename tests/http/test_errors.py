"""Errors are pages too."""


def test_an_unknown_address_answers_with_a_page_and_a_way_back(app, as_):
    response = as_(None).get("/nowhere")
    assert response.status_code == 404
    assert "<h1>" in response.text and 'href="/"' in response.text


def test_a_visitor_gets_the_start_page_without_a_cookie(app, as_):
    response = as_(None).get("/")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
