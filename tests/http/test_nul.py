"""A NUL character reaches no database, wherever it was put."""

import pytest


@pytest.mark.parametrize(
    "address",
    [
        "/threads?about=%00",
        "/threads?region=a%00b&page=1",
        "/entries/suggest?q=%00mex%00",
        "/search?q=%00",
        "/members?q=%00",
    ],
)
def test_a_nul_in_an_address_breaks_nothing(cast, as_, address):
    for reader in (None, cast.bao):
        assert as_(reader).get(address).status_code < 500


def test_no_path_has_a_nul(cast, as_):
    assert as_(None).get("/groups/a%00b").status_code == 404


def test_a_form_is_read_without_it(cast, as_):
    sent = {"body": "a\x00b", "language": "en\x00", "submission": "\x00"}
    response = as_(cast.bao).post(f"/threads/{cast.thread.id}/replies", data=sent)
    assert response.status_code == 303
    assert "ab" in as_(None).get(f"/threads/{cast.thread.id}").text


@pytest.mark.parametrize("bad", [b"%ff%fe", b"\xff\xfe", b"%C3"])
def test_bytes_that_are_no_utf8_are_refused_beside_the_field_and_shown(cast, as_, bad):
    answer = as_(cast.ana).post(
        f"/threads/{cast.thread.id}/replies",
        data=b"language=en&body=Water+" + bad + b"+here",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
    assert "did not arrive whole" in answer.text and "Water \ufffd" in answer.text


def test_a_percent_sign_that_was_typed_stays(cast, as_):
    answer = as_(cast.ana).post(f"/threads/{cast.thread.id}/replies", data={"language": "en", "body": "At 5%ff or so"})
    assert answer.status_code == 303
    assert "At 5%ff or so" in as_(None).get(f"/threads/{cast.thread.id}").text
