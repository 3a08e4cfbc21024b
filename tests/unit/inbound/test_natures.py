"""Who wrote it: a person, a machine, a list, or we ourselves; and whether its server vouches for them."""

import pytest

from forum.inbound.letters import Nature
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.reading.letter import letter_of

OURS = {"our_address": "forum@example.org", "our_domain": "reply.example.org", "auth_host": "mx.example.org"}
BORDER = (
    "Received: from mail.example.net (mail.example.net [192.0.2.7]) by mx.example.org; Mon, 5 Jan 2026 10:00:00 +0000"
)


def read(*head: str, envelope="ana@example.net", to="token@reply.example.org", body="I agree."):
    head = head if any(line.lower().startswith("from:") for line in head) else ("From: Ana <ana@example.net>", *head)
    return letter_of(
        "\r\n".join([*head, "", body]).encode(), Circumstances(envelope_from=envelope, envelope_to=to, **OURS)
    )


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (by cron)",
        "Precedence: bulk",
        "Precedence: junk",
        "X-Autoreply: yes",
        "X-Autorespond: away",
        "Return-Path: <>",
        "From: MAILER-DAEMON@example.net",
        "From: no-reply@example.net",
        "From: nao-responda@example.net",
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    ],
)
def test_answering_machines(head):
    assert read(head).nature is Nature.AUTOMATIC


AWAY = {
    "en": "Automatic reply: Water in custody",
    "en2": "Out of Office Re: Water in custody",
    "es": "Respuesta automática: Agua",
    "es2": "Fuera de la oficina",
    "fr": "Réponse automatique : L'eau",
    "fr2": "Absence du bureau",
    "ar": "رد تلقائي: المياه",
    "pt": "Resposta automática: Água",
    "de": "Automatische Antwort: Wasser",
    "de2": "Abwesenheitsnotiz",
}


@pytest.mark.parametrize("subject", AWAY.values(), ids=AWAY)
def test_auto_replies_in_six_languages(subject):
    assert read(f"Subject: {subject}", "X-Auto-Response-Suppress: All").nature is Nature.AUTOMATIC
    assert read(f"Subject: {subject}", envelope="").nature is Nature.AUTOMATIC


@pytest.mark.parametrize("subject", [*AWAY.values(), "Re: How do I set an automatic reply?"])
def test_a_person_may_write_of_such_things(subject):
    assert read(f"Subject: {subject}").nature is Nature.WRITTEN


@pytest.mark.parametrize("head", ["Auto-Submitted: no", "X-Auto-Response-Suppress: OOF", "Precedence: first-class"])
def test_weak_signs_alone_take_no_words_from_anybody(head):
    assert read(head).nature is Nature.WRITTEN


@pytest.mark.parametrize(
    "head", ["List-Id: <justice.lists.example.net>", "Precedence: list", "List-Post: <mailto:a@b.example>", "X-BeenThere: a@b.example"]
)  # fmt: skip
def test_lists(head):
    assert read(head, "Auto-Submitted: auto-generated").nature is Nature.LIST


@pytest.mark.parametrize(
    "head",
    [
        ("From: Forum <forum@example.org>",),
        ("X-Loop: forum@example.org",),
        ("Message-ID: <post-7@example.org>", "Auto-Submitted: auto-generated"),
    ],
)
def test_loops(head):
    assert read(*head).nature is Nature.OURS


def test_a_colleague_whose_server_has_our_domain_is_no_loop():
    assert read("From: Sofia <sofia@example.org>", "Message-ID: <abc@example.org>").nature is Nature.WRITTEN


DMARC = "Authentication-Results: mx.example.org; dmarc=pass (p=none) header.from=example.net"


@pytest.mark.parametrize(
    ("head", "vouched"),
    [
        ((DMARC, BORDER), True),
        ((BORDER, DMARC), True),
        (("Authentication-Results: mx.example.org 1; spf=pass smtp.mailfrom=ana@mail.example.net", BORDER), True),
        (("Authentication-Results: mx.example.org;\r\n dkim=pass (2048-bit key) header.d=example.net header.s=k", BORDER), True),
        (("Authentication-Results: mx.example.org; dkim=pass header.i=@example.net; spf=fail smtp.mailfrom=x@y.example", BORDER), True),
        # nobody looked
        ((BORDER,), None),
        (("Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=example.net", BORDER), None),
        (("Authentication-Results: mx.example.org.evil.example; dmarc=pass header.from=example.net", BORDER), None),
        (("ARC-Authentication-Results: i=1; mx.example.org; dmarc=pass header.from=example.net", BORDER), None),
        (("Authentication-Results: (mx.example.org;) elsewhere; dmarc=pass header.from=example.net", BORDER), None),
        # forged before it came to us
        ((BORDER, BORDER, DMARC), None),
        (("Authentication-Results: mx.example.org; dmarc=fail header.from=example.net", BORDER, DMARC), False),
        ((DMARC.replace("dmarc=pass (p=none)", "dmarc=none (dmarc=pass)"), BORDER), False),
        # for somebody else
        (("Authentication-Results: mx.example.org; dmarc=pass header.from=evil.example", BORDER), False),
        (("Authentication-Results: mx.example.org; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=a@evil.example", BORDER), False),
        (("Authentication-Results: mx.example.org; dkim=pass header.d=notexample.net", BORDER), False),
        (("Authentication-Results: mx.example.org; dkim=pass header.d=net", BORDER), False),
        (("Authentication-Results: mx.example.org; dmarc=fail header.from=example.net; spf=pass smtp.mailfrom=a@example.net", BORDER), False),
        (("Authentication-Results: mx.example.org; none", BORDER), False),
    ],
)  # fmt: skip
def test_who_is_vouched_for(head, vouched):
    assert read(*head).authentic is vouched


def test_nobody_is_believed_where_the_operator_names_no_server():
    raw = f"From: ana@example.net\r\n{DMARC}\r\n\r\nI agree.".encode()
    assert letter_of(raw, Circumstances(envelope_from="ana@example.net")).authentic is None
