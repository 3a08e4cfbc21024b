"""The checks of our mail are right about a good mail, and each of them can say no."""

from __future__ import annotations

import base64
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.mailing.checking import CHECKS
from tests import checked_mail
from tests.checked_mail import RETURN_DOMAIN, SENDER, good_mail, good_message, house, wrong

ENVELOPE = f"b-abcdefghijklmnopqrstuvwx@{RETURN_DOMAIN}"


def changed(before: str, after: str, times: int = 1, **values: object) -> bytes:
    mail = good_mail(**values)
    assert before.encode() in mail, f"the good mail has no {before!r}"
    return mail.replace(before.encode(), after.encode(), times)


def added(header: str) -> bytes:
    return good_mail().replace(b"\r\nAuto-Submitted: ", f"\r\n{header}\r\nAuto-Submitted: ".encode(), 1)


def html(inside: str) -> bytes:
    return good_mail(html=f'<html lang="en" dir="ltr"><head></head><body>{inside}</body></html>')


#: For each check mails it must object to.
BAD: dict[str, list[bytes]] = {
    "line_ends": [changed("Date:", "\nDate:"), changed("Subject: ", "Subject: \x00"), changed("\r\n\r\n", "\r\n\r\n\r")],
    "line_length": [changed("Subject: ", f"Subject: {'x' * 1000}")],
    "usual_length": [changed("Subject: ", f"Subject: {'x ' * 50}")],
    "header_syntax": [changed("Subject: ", "Subject: é"), added("X-Injected: yes"), added("Bcc: all@example.org")],
    "single_headers": [added("Subject: Another"), changed("Date: ", "Dates: "), added("Reply-To: a@b.org")],
    "encoded_words": [
        changed("Subject: ", f"Subject: =?utf-8?q?{'x' * 80}?= "),
        changed("Subject: ", "Subject: =?latin-1?q?x?= "),
        changed("Subject: ", "Subject: =?utf-8?q?=C3?= =?utf-8?q?=A9?= "),
        changed("Subject: ", "Subject: =?utf-8?b?####?= "),
    ],
    "mime_version": [changed("MIME-Version: 1.0", "MIME-Version: 2.0")],
    "parts": [changed("text/html", "application/pdf"), changed("multipart/alternative", "multipart/mixed")],
    "defects": [changed('boundary="=_', 'boundary="other_'), changed("From: ", "From: <<")],
    "charset": [changed('charset="utf-8"', 'charset="latin-1"'), changed("=C3=A9", "=E9=E9")],
    "transfer_encoding": [
        changed("quoted-printable", "8bit"),
        SENDER.bytes_of(good_message(text="Plain\n", html="")).replace(b"7bit", b"quoted-printable"),
        SENDER.bytes_of(good_message(text="é" + "plain words " * 40, html=""))
        .partition(b"\r\n\r\n")[0]
        .replace(b"quoted-printable", b"base64")
        + b"\r\n\r\n"
        + base64.encodebytes(("é" + "plain words " * 40).encode()).replace(b"\n", b"\r\n"),
    ],
    "sender": [changed("<forum@", "<ana@"), changed("From: ", "From: a@b.org, "), added("Sender: forum@example.org")],
    "recipient": [changed("To: ana@example.org", "To: ana@example.org, bao@example.org"), changed("To: ana@", "To: ana")],
    "message_id": [
        changed("<digest-7-", "<dig est-7-"),
        changed("2026-03-29@example.org>", "2026-03-29@elsewhere.org>"),
        changed("<digest-7-2026-03-29@example.org>", "digest-7-2026-03-29@example.org"),
    ],
    "references": [
        changed("In-Reply-To: <post-12@", "In-Reply-To: <post-13@"),
        good_mail(references=("nobody-knows@example.org", "post-12@example.org")),
        good_mail(references=()),
    ],
    "reply_to": [good_mail(reply_to="ana@example.org")],
    "return_address": [b"Return-Path: <a@b.org>\r\n" + good_mail()],
    "date": [changed("Date: ", "Date: noday "), changed("+0000", ""), changed("Date: ", "Date: x")],
    "auto_submitted": [changed("auto-generated", "no"), changed("Auto-Submitted: auto-generated\r\n", "")],
    "content_language": [changed("Content-Language: en", "Content-Language: english")],
    "subject": [good_mail(subject="")],
    "list_headers": [changed("\r\nList-Help", "\r\nList-Post"), changed("\r\nList-Id", "\r\nX-Id")],
    "list_id": [changed("<digest.reply.example.org>", "digest"), changed("<digest.reply.example.org>", "<digest>")],
    "one_click": [
        changed("<mailto:abc@reply.example.org?subject=STOP>", "<mailto:abc@elsewhere.org>"),
        changed(",\r\n <mailto:abc@reply.example.org?subject=STOP>", ""),
        changed("List-Unsubscribe=One-Click", "List-Unsubscribe"),
        changed("<https://forum.example.org/unsubscribe/abc>", "<https://elsewhere.org/unsubscribe/abc>"),
    ],
    "list_addresses": [changed("List-Help: <https://forum", "List-Help: <https://elsewhere")],
    "archived_at": [changed("Archived-At: <https://forum", "Archived-At: <https://elsewhere"), changed("\r\nArchived-At", "\r\nList-Post")],
    "text_part": [good_mail(text="é" * 6000), good_mail(text=" \n")],
    "text_is_complete": [html('<a href="https://forum.example.org/threads/99">More</a>')],
    "html_is_harmless": [
        *(html('<img src="https://x.org/1.gif">'), html("<script>1</script>"), html('<form action="/x"></form>')),
        *(html('<p onclick="x">'), html('<p style="background:url(https://x.org)">'), html("<style>@import 'x'</style>")),
        *(html('<a href="javascript:x">x</a>'), html('<meta http-equiv="refresh">'), html('<link href="https://x.org">')),
    ],
    "no_tracking": [good_mail(text="https://forum.example.org/?utm_source=mail"), html('<a href="https://x.org?pixel=1">x</a>')],
    "html_language": [changed('lang=3D"en"' if b"=3D" in good_mail() else 'lang="en"', 'lang="xx"'), good_mail(language="ar")],
    "absolute_links": [html('<a href="/threads/12">Water</a>')],
    "signed": [SENDER.bytes_of(good_message()), changed("a=rsa-sha256", "a=rsa-sha1"), changed("d=example.org", "d=x.org")],
    "covered": [changed(":Subject:", ":Sub:"), SENDER.bytes_of(good_message())],
    "holds": [changed("Good morning", "Good evening"), changed("Subject: Water", "Subject: Fire"), changed("bh=", "bh=A")],
}  # fmt: skip


def test_a_good_mail_is_right_in_everything():
    assert wrong(good_mail(), envelope=ENVELOPE) == {}


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_each_check_can_say_no(name):
    known = house(knows=lambda id: id.startswith("post-"))
    for number, mail in enumerate(BAD[name]):
        assert name in wrong(mail, of=known), f"{name} sees nothing wrong in its bad mail number {number}"


def test_a_return_address_names_the_mail():
    assert "return_address" in wrong(good_mail(), envelope="forum@example.org")
    assert "return_address" not in wrong(good_mail(), envelope=ENVELOPE)


def test_a_personal_letter_says_nothing_of_lists():
    assert "list_headers" in wrong(good_mail(), kind="account")
    assert wrong(good_mail(headers={}), kind="account") == {}


def test_every_rule_says_where_it_is_written_down():
    assert all(check.rule and str(check.title) for check in CHECKS)
    assert len({check.name for check in CHECKS}) == len(CHECKS) == len(BAD)


#: What people can call themselves and their threads.
NASTY = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            *(
                "A\r\nBcc: x@y.org",
                "A\nX: y",
                "x" * 600,
                "x" * 60 + " " + "y" * 90,
                "😀" * 80,
                "الأطفال والعدالة " * 20,
            ),
            *('a "quoted" \\ <b> name, with; (stuff) @ x', "=?utf-8?q?hi?= =?", "é" * 90, "a\x00b", "", "\u202eevil"),
            *("\u2028", ".", "=", "_", "a=_b", "From me", "\t", "a\u0085b", "á" * 100),
        ]
    ),
)


@settings(deadline=None)
@given(NASTY, NASTY, st.sampled_from(["", "<p>x</p>"]))
@pytest.mark.slow
def test_no_name_and_no_title_makes_a_mail_wrong(name, words, inside):
    body = f'<html lang="en" dir="ltr"><body>{inside}</body></html>' if inside else ""
    mail = good_mail(sender_name=name, subject=words or "x", text=f"{words}\n.\nFrom me\nx", html=body)
    found = wrong(mail)
    assert found.keys() <= {"subject"}, found
    parsed = message_from_bytes(mail, policy=policy.default)
    assert not parsed.defects and not any(value.defects for value in parsed.values())
    assert dkim.verify(mail, dnsfunc=lambda *_, **__: checked_mail.published())


def test_what_was_written_is_what_is_read():
    for words in ("Ünï  cödé", "الأطفال", "x" * 700, "a =?utf-8?q?b?= c", 'a "b", c', "😀 " * 60):
        mail = good_mail(subject=words, sender_name=words[:60])
        parsed = message_from_bytes(mail, policy=policy.default)
        assert parsed["Subject"] == " ".join(words.split())
        # the library's own reading of names leaves blanks between encoded words, against RFC 2047 6.2
        name, address = parseaddr(str(make_header(decode_header(raw_header(mail, b"From")))))
        assert (name, address) == (" ".join(words[:60].split()), "forum@example.org")


@settings(deadline=None)
@given(st.text(max_size=2000))
@pytest.mark.slow
def test_a_text_arrives_as_it_was_written(words):
    parsed = message_from_bytes(good_mail(text=words, html=""), policy=policy.default)
    clean = "".join(
        c for c in words.replace("\r\n", "\n").replace("\r", "\n") if c in "\n\t" or (not ord(c) < 32 and c != "\x7f")
    )
    clean = clean.encode("utf-8", "replace").decode()
    assert parsed.get_payload(decode=True).decode().replace("\r\n", "\n") == clean.rstrip("\n") + "\n"


def raw_header(mail: bytes, name: bytes) -> str:
    """A header as it stands there, unfolded."""
    [found] = re.findall(rb"\r\n" + name + rb": ((?:.|\r\n[ \t])*?)\r\n(?![ \t])", mail)
    return found.replace(b"\r\n", b"").decode()
