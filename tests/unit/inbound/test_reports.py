"""What comes back: standard reports, complaints, and the dialects of those that keep to no standard."""

import base64

import pytest

from forum.inbound.letters import Nature
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.reading.letter import letter_of
from forum.inbound.reading.reports import address_in

BACK = "b-aaaaaaaaaaaaaaaaaaaaaaaa@reply.example.org"
HERE = Circumstances(
    envelope_from="", envelope_to=BACK, our_address="forum@example.org", our_domain="reply.example.org"
)
OURS = (
    f"Return-Path: <{BACK}>\nFrom: Forum <forum@example.org>\nMessage-ID: <mail-7@example.org>\nSubject: News\n\nHello"
)


def read(raw: str, here: Circumstances = HERE):
    return letter_of(raw.strip("\n").replace("\n", "\r\n").encode(), here)


def dsn(fields: str, kind="message/delivery-status", last="message/rfc822", how="7bit", ours=OURS):
    return read(report(fields, kind, last, how, ours))


def report(fields: str, kind="message/delivery-status", last="message/rfc822", how="7bit", ours=OURS) -> str:
    return f"""
From: MAILER-DAEMON@mx.example.net
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

This is the mail system at host mx.example.net.
--b
Content-Type: {kind}
Content-Transfer-Encoding: {how}

{fields}
--b
Content-Type: {last}

{ours}
--b--
"""


FAILED = """Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4F

Final-Recipient: rfc822; bao@example.net
Original-Recipient: rfc822;bao@old.example.net
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <bao@example.net>: Recipient address rejected:
    User unknown
"""


def test_a_standard_report():
    letter = dsn(FAILED)
    (report,) = letter.reports
    assert letter.nature is Nature.REPORT
    assert (report.recipient, report.action, report.status) == ("bao@old.example.net", "failed", "5.1.1")
    assert (report.message_id, report.return_address) == ("mail-7@example.org", BACK)
    assert report.diagnostic.endswith("Recipient address rejected: User unknown")


@pytest.mark.parametrize(
    ("fields", "action", "status"),
    [
        ("Final-Recipient: rfc822; b@x\nAction: delayed\nStatus: 4.4.1", "delayed", "4.4.1"),
        ("Final-Recipient: rfc822; b@x\nAction: failed (really)\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 full", "failed", "5.2.2"),
        ("Final-Recipient: rfc822; b@x\nStatus: 5.7.1 (policy)", "failed", "5.7.1"),
        ("Final-Recipient: rfc822; b@x\nAction: nonsense\nStatus: 4.2.2", "delayed", "4.2.2"),
        ("Final-Recipient: rfc822; b@x\nAction: failed\nDiagnostic-Code: smtp; 550-5.1.1 no", "failed", "5.1.1"),
        ("Final-Recipient: rfc822; b@x\nAction: relayed\nStatus: 2.1.9", "relayed", "2.1.9"),
        ("Final-Recipient: rfc822; b@x\nAction: failed\nDiagnostic-Code: x-unix; 10.5.1.1 is the host", "failed", ""),
    ],
    ids=range(7),
)  # fmt: skip
def test_what_a_report_says_of_each_recipient(fields, action, status):
    (report,) = dsn(f"Reporting-MTA: dns; x\n\n{fields}").reports
    assert (report.action, report.status) == (action, status)


def test_several_recipients():
    letter = dsn(FAILED + "\nFinal-Recipient: rfc822; dora@example.net\nAction: delayed\nStatus: 4.2.2\n")
    assert [(r.recipient, r.action) for r in letter.reports] == [
        ("bao@old.example.net", "failed"),
        ("dora@example.net", "delayed"),
    ]


def test_an_international_report():
    fields = "Reporting-MTA: dns; x\n\nFinal-Recipient: utf-8; jos\\x{E9}@example.net\nAction: failed\nStatus: 5.1.1\n"
    for how, said in (("8bit", fields), ("base64", base64.b64encode(fields.encode()).decode())):
        letter = dsn(said, "message/global-delivery-status", "message/global", how)
        assert letter.nature is Nature.REPORT, how
        assert [(r.recipient, r.message_id) for r in letter.reports] == [("josé@example.net", "mail-7@example.org")]
    assert address_in("utf-8; \\x{110000}a@x") == "\ufffda@x"


def test_a_report_with_headers_only():
    (report,) = dsn(FAILED, last="text/rfc822-headers").reports
    assert (report.message_id, report.return_address) == ("mail-7@example.org", BACK)


def complaint(kind="abuse"):
    return read(f"""
From: feedback@isp.example
Subject: FW: News
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{BACK}>
Original-Rcpt-To: <bao@isp.example>
--b
Content-Type: message/rfc822

{OURS}
--b--
""")


def test_a_complaint():
    letter = complaint()
    (report,) = letter.reports
    assert letter.nature is Nature.COMPLAINT
    assert (report.recipient, report.action, report.return_address) == ("bao@isp.example", "complaint", BACK)
    assert report.message_id == "mail-7@example.org"


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_no_complaint(kind):
    assert (complaint(kind).nature, complaint(kind).reports) == (Nature.AUTOMATIC, ())


QMAIL = """From: MAILER-DAEMON@example.net
Subject: failure notice

Hi. This is the qmail-send program at example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bao@example.net>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <b-aaaaaaaaaaaaaaaaaaaaaaaa@reply.example.org>
Message-ID: <mail-7@example.org>
"""
EXIM = """From: Mail Delivery System <Mailer-Daemon@example.net>
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: bao@example.net

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  bao@example.net
    host mx.example.net [192.0.2.9]: 550 5.1.1 User unknown
"""
EXIM_WARNING = """From: Mail Delivery System <Mailer-Daemon@example.net>
Subject: Warning: message 1abc-xyz delayed 24 hours

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue.

  bao@example.net
    host mx.example.net: 451 4.7.1 greylisted

No action is required on your part. Delivery attempts will continue.
"""
SENDMAIL = """From: Mail Delivery Subsystem <MAILER-DAEMON@example.net>
Subject: Returned mail: see transcript for details

   ----- The following addresses had permanent fatal errors -----
<bao@example.net>
    (reason: 552 5.2.2 Over quota)
"""
SENDMAIL_WARNING = """From: Mail Delivery Subsystem <MAILER-DAEMON@example.net>
Subject: Warning: could not send message for past 4 hours

    **      THIS IS A WARNING MESSAGE ONLY      **
   ----- Transcript of session follows -----
bao@example.net... Deferred: Connection timed out
Warning: message still undelivered after 4 hours. Will keep trying until message is 5 days old
"""
EXCHANGE = """From: System Administrator <postmaster@example.net>
Subject: Undeliverable: News

Your message did not reach some or all of the intended recipients.

The following recipient(s) cannot be reached:

      bao@example.net on 05/01/2026 10:00
            The e-mail account does not exist at the organization this message was sent to.
            <mail.example.net #5.1.1>
"""
GMAIL = """From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
Subject: Delivery Status Notification (Failure)

Delivery to the following recipient failed permanently:

     bao@example.net

Technical details of permanent failure:
The error that the other server returned was:
550 5.1.1 The email account that you tried to reach does not exist.
"""
DOMINO = """From: Postmaster@example.net
Subject: DELIVERY FAILURE: User bao (bao@example.net) not listed in Domino Directory

Your message

  Subject: News

was not delivered to:

  bao@example.net

because:

  User bao (bao@example.net) not listed in Domino Directory
"""
GROUPWISE = """From: Mailer-Daemon@example.net
Subject: Message status - undeliverable

The message that you sent was undeliverable to the following:
\tbao@example.net (user not found)
"""
YAHOO = """From: MAILER-DAEMON@mail.example
Subject: Failure Notice

Sorry, we were unable to deliver your message to the following address.

<bao@example.net>:
554: delivery error: dd This user doesn't have an example account (bao@example.net) [0]
"""
FULL = """From: postmaster@example.net
Subject: Mail could not be delivered

Could not deliver to bao@example.net: the mailbox is full.
"""
SPANISH = """From: postmaster@correo.example
Subject: No se puede entregar: Novedades

No se pudo entregar el mensaje: el usuario bao@example.net no existe.
"""
GERMAN = """From: MAILER-DAEMON@post.example
Subject: Unzustellbar: Neuigkeiten

bao@example.net: Empfänger unbekannt
"""
FRENCH = """From: postmaster@courriel.example
Subject: Message non remis

Le destinataire bao@example.net n'existe pas.
"""


@pytest.mark.parametrize(
    ("raw", "action", "status"),
    [
        (QMAIL, "failed", "5.1.1"),
        (EXIM, "failed", "5.1.1"),
        (EXIM_WARNING, "delayed", "4.7.1"),
        (SENDMAIL, "failed", "5.2.2"),
        (SENDMAIL_WARNING, "delayed", "4.0.0"),
        (EXCHANGE, "failed", "5.1.1"),
        (GMAIL, "failed", "5.1.1"),
        (DOMINO, "failed", "5.1.1"),
        (GROUPWISE, "failed", "5.1.1"),
        (YAHOO, "failed", "5.1.1"),
        (FULL, "failed", "5.2.2"),
        (SPANISH, "failed", "5.1.1"),
        (GERMAN, "failed", "5.1.1"),
        (FRENCH, "failed", "5.1.1"),
    ],
    ids=range(14),
)
def test_dialects(raw, action, status):
    letter = read(raw)
    assert letter.nature is Nature.REPORT
    (report,) = letter.reports
    assert (report.recipient, report.action, report.status) == ("bao@example.net", action, status)


def test_what_a_dialect_quotes_says_which_mail_it_was():
    (report,) = read(QMAIL).reports
    assert (report.message_id, report.return_address) == ("mail-7@example.org", BACK)


def test_a_dialect_is_believed_only_at_a_return_address():
    token = Circumstances(envelope_from="", envelope_to="token@reply.example.org", our_domain="reply.example.org")
    assert read(QMAIL, token).nature is Nature.AUTOMATIC


@pytest.mark.parametrize(
    "raw",
    [
        "From: Bao <bao@example.net>\nSubject: Automatic reply: News\nAuto-Submitted: auto-replied\n\nI am away until Monday.",
        "From: Bao <bao@example.net>\nSubject: Re: News\n\nI am away until Monday; my mailbox is not read.",
    ],
)
def test_who_is_away_has_not_bounced(raw):
    assert read(raw).nature is Nature.AUTOMATIC


def test_a_bounce_of_a_bounce_is_a_report_and_no_more():
    assert (
        dsn(FAILED, ours=f"Return-Path: <>\nFrom: MAILER-DAEMON@example.org\nTo: {BACK}\n\n{QMAIL}").nature
        is Nature.REPORT
    )
