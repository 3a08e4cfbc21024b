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
