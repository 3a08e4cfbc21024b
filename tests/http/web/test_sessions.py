"""A session cookie is looked into once, and still every request has a session of its own."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from flask import Flask, session
from itsdangerous import URLSafeTimedSerializer

from forum.kernel import clock


def _cookie(app: Flask, **said: object) -> str:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert isinstance(signer, URLSafeTimedSerializer)
    return str(signer.dumps(said))


def _asked(app: Flask, cookie: str) -> object:
    return app.test_request_context("/", headers={"Cookie": f"session={cookie}"})


def test_what_one_request_does_to_its_session_another_does_not_see(app: Flask) -> None:
    cookie = _cookie(app, said=["once"], sid="a")
    with _asked(app, cookie):  # type: ignore[attr-defined]
        session["said"].append("mine")
        session["sid"] = "b"
    with _asked(app, cookie):  # type: ignore[attr-defined]
        assert (session["said"], session["sid"]) == (["once"], "a")


def test_a_cookie_that_was_good_is_not_good_for_ever(app: Flask, monkeypatch) -> None:
    cookie = _cookie(app, sid="a")
    with _asked(app, cookie):  # type: ignore[attr-defined]
        assert session["sid"] == "a"
    later = clock.now() + app.permanent_session_lifetime + timedelta(seconds=5)
    monkeypatch.setattr("forum.kernel.clock.now", lambda: later)
    with _asked(app, cookie):  # type: ignore[attr-defined]
        assert not session


def test_a_cookie_is_no_good_once_the_key_was_changed(app: Flask) -> None:
    cookie, key = _cookie(app, sid="a"), app.secret_key
    with _asked(app, cookie):  # type: ignore[attr-defined]
        assert session["sid"] == "a"
    try:
        app.secret_key = "another key, of sixteen letters and more"
        with _asked(app, cookie):  # type: ignore[attr-defined]
            assert not session
    finally:
        app.secret_key = key


def test_the_token_of_a_form_is_good_for_its_own_session_only(app: Flask, as_, cast: SimpleNamespace) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        tokens = []
        for who in (cast.ana, cast.bao):
            with as_(who).session_transaction() as said:
                said["csrf_token"] = f"of {who.handle}"
            tokens.append(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(f"of {who.handle}"))
        path = f"/threads/{cast.thread.id}/read"
        for who, own, strange in ((cast.ana, *tokens), (cast.bao, *tokens[::-1])):
            client = as_(who)
            with client.session_transaction() as said:
                said["csrf_token"] = f"of {who.handle}"
            assert client.post(path, data={"number": "1", "csrf_token": own}).status_code == 303
            assert client.post(path, data={"number": "1", "csrf_token": strange}).status_code == 400
            assert client.post(path, data={"number": "1"}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_form_sent_safely_must_say_that_it_comes_from_here(app: Flask, as_, cast: SimpleNamespace) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client, path = as_(cast.ana), f"/threads/{cast.thread.id}/read"
        with client.session_transaction() as said:
            said["csrf_token"] = "own"
        data = {
            "number": "1",
            "csrf_token": URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps("own"),
        }
        site = {"base_url": "https://localhost"}
        assert client.post(path, data=data, headers={"Referer": "https://localhost/"}, **site).status_code == 303
        assert (
            client.post(path, data=data, headers={"Referer": "https://elsewhere.example/"}, **site).status_code == 400
        )
        assert client.post(path, data=data, **site).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_cookie_that_is_no_utf_8_is_in_nobody_s_way(app: Flask) -> None:
    for cookie in ("theirs=\xff", "language=\xe9", "session=\xff"):
        assert app.test_client(use_cookies=False).get("/", headers={"Cookie": cookie}).status_code == 200
