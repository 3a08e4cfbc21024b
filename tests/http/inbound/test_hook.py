"""Mail that a provider hands over by HTTP: believed if it is signed, and signed now."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from forum.inbound import room
from forum.inbound.hook import signature
from forum.inbound.models import ReceivedMail
from forum.kernel.db import db
from forum.kernel.mail import Maildir, Office, Sender
from forum.notifications.tokens import Purpose, Token

KEY = "a key that only the provider knows"
RAW = b"From: bao@example.org\r\nSubject: x\r\n\r\nI agree.\r\n"


@pytest.fixture
def to(app, cast, tmp_path, monkeypatch):
    office = Office(Sender("Forum", "forum@example.org"), Maildir(tmp_path), return_domain="reply.example.org")
    monkeypatch.setitem(app.extensions, "forum.mail", office)
    monkeypatch.setitem(app.extensions, "forum.settings", replace(app.extensions["forum.settings"], inbound_key=KEY))
    app.extensions.pop("forum.inbound.waiting", None)
    address = f"{Token(Purpose.ANSWER_POST, cast.bao.id, 1)}@reply.example.org"
    db.session.commit()
    return address


def post(app, to, raw=RAW, *, sender="bao@example.org", kind="message/rfc822", stamp=None, key=KEY, **headers):
    stamp = str(int(time.time()) if stamp is None else stamp)
    said = {"X-Forum-Timestamp": stamp, "X-Forum-From": sender, "X-Forum-To": to}
    said["X-Forum-Signature"] = signature(key, stamp, sender, to, raw)
    return app.test_client().post("/inbound/mail", data=raw, content_type=kind, headers={**said, **headers})


def kept():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ReceivedMail))


def test_a_signed_mail_is_kept(app, to):
    answer = post(app, to)
    assert (answer.status_code, answer.json) == (200, {"kept": 1, "unknown": []})
    assert kept() == 1


def test_the_same_request_again_changes_nothing(app, to):
    post(app, to)
    assert post(app, to).status_code == 200
    assert kept() == 1


def test_several_recipients_of_whom_one_is_ours(app, to):
    answer = post(app, f"nobody@reply.example.org, {to}")
    assert answer.json == {"kept": 1, "unknown": ["nobody@reply.example.org"]}


def test_a_mail_without_a_sender_is_mail(app, to):
    assert post(app, to, sender="<>").status_code == 200
    assert db.session.scalars(select(ReceivedMail)).one().envelope_from == ""


@pytest.mark.parametrize("wrong", ["Timestamp", "From", "To", "Signature"])
def test_whatever_is_changed_on_the_way_breaks_the_signature(app, to, wrong):
    answer = post(app, to, **{f"X-Forum-{wrong}": "1"})
    assert answer.status_code == 401 and "signature" in answer.json["error"]
    assert kept() == 0


def test_another_key_opens_nothing(app, to):
    assert post(app, to, key="another key").status_code == 401


@pytest.mark.parametrize("stamp", [0, "soon", "", "٣", "1" * 400, "-1"])
def test_a_timestamp_that_is_none_or_old(app, to, stamp):
    answer = post(app, to, stamp=stamp)
    assert answer.status_code == 401 and "five minutes" in answer.json["error"]
    assert kept() == 0


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_of_another_time_is_replayed(app, to, minutes):
    assert post(app, to, stamp=int(time.time()) + 60 * minutes).status_code == 401


@pytest.mark.parametrize(
    ("values", "code"),
    [({"sender": ""}, 422), ({"raw": b""}, 422), ({"kind": "multipart/form-data"}, 422), ({"kind": "application/x-www-form-urlencoded"}, 415), ({"kind": "application/json"}, 415)],
)  # fmt: skip
def test_what_is_missing_is_said(app, to, values, code):
    answer = post(app, to, **values)
    assert answer.status_code == code and answer.json["error"]
    assert kept() == 0


def form(*parts):
    """Fields and files of a form: (name, filename or nothing, content)."""
    said = b""
    for name, filename, content in parts:
        named = f'; filename="{filename}"' if filename else ""
        said += f'--edge\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"
    return said + b"--edge--\r\n"


IN_A_FORM = "multipart/form-data; boundary=edge"
ODD = RAW + b"\xff\x00 caf\xe9\n--edg\r\n"


@pytest.mark.parametrize("name", ["email", "message", "body-mime"])
@pytest.mark.parametrize("filename", ["", "mail.eml"])
def test_a_mail_in_a_form_is_kept_byte_for_byte(app, to, name, filename):
    said = form(("spam", "", b"0.1"), (name, filename, ODD), ("subject", "", b"x"))
    answer = post(app, to, said, kind=IN_A_FORM)
    assert (answer.status_code, answer.json["kept"]) == (200, 1)
    db.session.rollback()
    assert db.session.scalars(select(ReceivedMail.raw)).one() == ODD


@pytest.mark.parametrize(
    "said",
    [
        form(("text", "", RAW)),
        form(("email", "", RAW), ("message", "", RAW)),
        form(("email", "", b"")),
        form(("email", "", RAW))[:-10],
        form(*[("x", "", b"")] * 60),
        b"no form at all",
    ],
)
def test_a_form_without_one_mail_in_it_is_refused(app, to, said):
    answer = post(app, to, said, kind=IN_A_FORM)
    assert answer.status_code == 422 and answer.json["error"]
    assert kept() == 0


def test_the_signature_is_over_the_whole_form(app, to):
    said = form(("email", "", RAW))
    stamp = str(int(time.time()))
    wrong = signature(KEY, stamp, "bao@example.org", to, RAW)
    answer = post(app, to, said, kind=IN_A_FORM, stamp=stamp, **{"X-Forum-Signature": wrong})
    assert answer.status_code == 401 and kept() == 0


def test_a_large_mail_in_a_form(app, to):
    assert post(app, to, form(("body-mime", "", RAW + b"x" * 3 * 2**20)), kind=IN_A_FORM).status_code == 200


def test_where_too_much_waits_they_come_again(app, to, monkeypatch):
    monkeypatch.setattr(room, "OF_ONE", 2 * len(RAW))
    assert [post(app, to, RAW + bytes([65 + n])).status_code for n in range(3)] == [200, 429, 429]
    assert post(app, to, RAW + b"D", sender="dora@example.org").status_code == 200
    monkeypatch.setattr(room, "OF_ALL", 2 * len(RAW))
    answer = post(app, to, RAW + b"E", sender="<>")
    assert answer.status_code == 503 and answer.headers["Retry-After"] and answer.json["error"]
    assert kept() == 2
    assert post(app, to, RAW + b"A").status_code == 200, "it is kept already"


def test_nobody_to_send_to(app, to):
    assert post(app, "").status_code == 422
    assert post(app, "nobody@reply.example.org").json["unknown"] == ["nobody@reply.example.org"]


def test_a_mail_larger_than_a_form_may_be(app, to):
    assert post(app, to, RAW + b"x" * 3 * 2**20).status_code == 200
    assert post(app, to, b"x" * (ReceivedMail.LARGEST + 1)).status_code == 413


def test_without_a_key_there_is_no_such_page(app, to, monkeypatch):
    monkeypatch.setitem(app.extensions, "forum.settings", replace(app.extensions["forum.settings"], inbound_key=""))
    assert post(app, to).status_code == 404


def test_what_the_command_line_signs_is_believed(app, to):
    """As docs/mail.md shows it."""
    import subprocess

    stamp = str(int(time.time()))
    signed = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", KEY, "-r"],
        input=f"{stamp}\nbao@example.org\n{to}\n".encode() + RAW,
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert post(app, to, **{"X-Forum-Signature": signed.split()[0], "X-Forum-Timestamp": stamp}).status_code == 200
