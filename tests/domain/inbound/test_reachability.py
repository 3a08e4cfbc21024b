"""What `forum check` says of the ways in."""

import threading

import pytest

from forum.inbound.listening import Door
from forum.inbound.reachability import advice, findings
from forum.kernel.settings import Settings, WrongSetting
from tests.imap_server import imap_server
from tests.servers import free_port


def said(**values):
    return {one.part: (one.well, one.words) for one in findings(Settings(**values))}


def test_it_is_off_unless_somebody_wants_it():
    assert said()["receiving"][0] is True
    assert said(lmtp_listen="127.0.0.1:2424")["receiving"][0] is False
    assert said(reply_domain="reply.example.org")["receiving"][0] is False


def test_a_door_that_answers_and_one_that_does_not(app, front_desk):
    port = free_port()
    setting = {"reply_domain": "reply.example.org", "lmtp_listen": f"127.0.0.1:{port}"}
    assert said(**setting)["LMTP"][0] is False
    door = Door(app, "127.0.0.1", port)
    threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.05}).start()
    try:
        assert said(**setting)["LMTP"] == (True, f"answers on 127.0.0.1:{port}")
    finally:
        door.close()


def test_a_mailbox_that_opens_and_one_that_does_not():
    with imap_server() as box:
        assert said(reply_domain="reply.example.org", imap_url=box.url)["mailbox"][0] is True
        well, words = said(reply_domain="reply.example.org", imap_url=box.url.replace("p%3Ass", "guessed"))["mailbox"]
    assert not well and "wrong password" in words and "guessed" not in words


def test_what_would_hurt_is_said():
    values = {
        "reply_domain": "reply.example.org",
        "lmtp_listen": "0.0.0.0:24",
        "imap_url": "imap://a:b@imap.example.org",
    }
    assert len(advice(Settings(**values))) == 3
    assert advice(Settings(reply_domain="r.example.org", lmtp_listen="[::1]:24", mail_auth_host="mx.example.org")) == []


@pytest.mark.parametrize(
    "values",
    [
        {"lmtp_listen": "2424"},
        {"lmtp_listen": "127.0.0.1:mail"},
        {"imap_url": "https://ana:hunter2@imap.example.org"},
        {"imap_url": "imaps://:hunter2@/INBOX"},
        {"inbound_key": "hunter2"},
    ],
)
def test_settings_that_cannot_work(values):
    with pytest.raises(WrongSetting) as refused:
        Settings(**values)
    assert "hunter2" not in str(refused.value)
