"""Visitors are sent to sign in, and come back to where they were."""

import pytest
from flask import Flask

from forum.accounts.session import page_to_return_to

app = Flask(__name__)


@pytest.mark.parametrize(
    ("request_", "back_to"),
    [
        ({"path": "/me?tab=2"}, "/me?tab=2"),
        (
            {"path": "/threads/1/replies", "method": "POST", "headers": {"Referer": "http://localhost/threads/1"}},
            "/threads/1",
        ),
        ({"path": "/x", "method": "POST", "headers": {"Referer": "http://elsewhere.example/evil"}}, "/"),
        ({"path": "/x", "method": "POST"}, "/"),
        (
            {"path": "/part", "headers": {"HX-Request": "true", "HX-Current-URL": "http://localhost/threads/1?page=2"}},
            "/threads/1?page=2",
        ),
    ],
)
def test_the_way_back_is_a_page_of_ours(request_, back_to):
    with app.test_request_context(**request_):
        assert page_to_return_to() == back_to
