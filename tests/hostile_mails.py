"""Mails nobody should have sent: malformed, enormous, endless, lying. Each must end somewhere, and harm nobody.

`HOSTILE` has words in it that a person wrote where there are any ("WORDS"): those must come out again.
`BOMBS` may end in a reason instead of words.
"""

from __future__ import annotations

import base64
import io
import zipfile

FROM = b"From: Bao <bao@example.org>\r\nSubject: Re: Water\r\n"


def _mail(head: str | bytes, body: str | bytes = "WORDS") -> bytes:
    head = head if isinstance(head, bytes) else head.encode()
    body = body if isinstance(body, bytes) else body.encode()
    return FROM + head.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


def _nested(depth: int) -> bytes:
    """Multiparts in one another, each with a boundary of its own."""
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(depth)
    )
    return FROM + opening + b"Content-Type: text/plain\r\n\r\nWORDS\r\n"


def _beside(parts: int) -> bytes:
    return _mail("Content-Type: multipart/mixed; boundary=b", b"--b\r\n\r\nWORDS\r\n" * parts + b"--b--")


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * (50 * 2**20))
    return base64.encodebytes(packed.getvalue())


MIXED = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b"
TEXT = "Content-Type: text/plain; charset={}"
HTML = "Content-Type: text/html; charset=utf-8"

HOSTILE: dict[str, bytes] = {
    "no blank line after the headers": FROM + b"WORDS",
    "bare line feeds": _mail("X-A: b").replace(b"\r\n", b"\n"),
    "bare carriage returns": _mail("X-A: b").replace(b"\r\n", b"\r"),
    "mixed line ends": FROM + b"X: y\n\r\nWORDS\rmore\n",
    "NUL in headers and body": _mail(b"X-A: \0b", b"WO\0RDS"),
    "8-bit headers in no charset": _mail(b"X-A: \xff\xfe\xe9"),
    "a header without a colon": _mail("this is no header\nX-A: b"),
    "a header of nothing but blanks": _mail("X-A:\n \n \n X"),
    "a header of a megabyte": _mail("X-A: " + "x" * 2**20),
    "twenty thousand headers": _mail("\n".join(f"X-{number}: y" for number in range(20_000))),
    "a header folded ten thousand times": _mail("References:" + "\n <a@b>" * 10_000),
    "a body line of ninety kilobytes": _mail(TEXT.format("utf-8"), "WORDS " + "x" * 90_000),
    "a charset that is none": _mail(TEXT.format("x-klingon")),
    "a charset of control characters": _mail(TEXT.format('"\x01\x02"')),
    "a charset that is a codec": _mail(TEXT.format("punycode")),
    "a charset that compresses": _mail(TEXT.format("zlib")),
    "UTF-7 that would be a tag": _mail(TEXT.format("utf-7"), "WORDS +ADw-script+AD4-"),
    "UTF-16 without a mark": _mail(TEXT.format("utf-16") + "\nContent-Transfer-Encoding: 8bit", "WORDS".encode("utf-16-le")),
    "quoted-printable cut off": _mail(TEXT.format("utf-8") + "\nContent-Transfer-Encoding: quoted-printable", "WORDS =C3="),
    "base64 with rubbish": _mail(TEXT.format("utf-8") + "\nContent-Transfer-Encoding: base64", b"!!V09S\x00RFM=\xff\n=="),
    "two transfer encodings": _mail("Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 8bit\nX: y", base64.b64encode(b"WORDS")),
    "two content types": _mail("Content-Type: text/plain\nContent-Type: text/html"),
    "a content type of semicolons": _mail("Content-Type: text/plain" + ";" * 20_000),
    "a parameter in ten thousand pieces": _mail("Content-Type: text/plain" + "".join(f"; x*{n}=a" for n in range(10_000))),
    "a quote that never ends": _mail('Content-Type: text/plain; charset="utf-8'),
    "a boundary with a regular expression": _mail('Content-Type: multipart/mixed; boundary="(.*)+[$"', "--(.*)+[$\r\n\r\nWORDS\r\n--(.*)+[$--"),
    "an empty boundary": _mail('Content-Type: multipart/mixed; boundary=""', "--\r\n\r\nWORDS\r\n----"),
    "a boundary never seen": _mail(MIXED),
    "a multipart cut off": _mail(MIXED, "--b\r\nContent-Type: text/plain\r\n\r\nWORDS"),
    "a multipart within the headers of a part": _mail(MIXED, "--b\r\nContent-Type: multipart/mixed\r\n\r\nWORDS\r\n--b--"),
    "parts of the same boundary in one another": _mail(MIXED, f"--b\r\n{MIXED}\r\n\r\n--b\r\n\r\nWORDS\r\n--b--\r\n--b--"),
    "a report that is none": _mail("Content-Type: multipart/report; report-type=delivery-status; boundary=b", "--b\r\n\r\nWORDS\r\n--b--"),
    "a delivery status of rubbish": _mail(MIXED, b"--b\r\n\r\nWORDS\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\0\xff::\r\n\r\n:\r\n--b--"),
    "message/partial": _mail(MIXED, "--b\r\n\r\nWORDS\r\n--b\r\nContent-Type: message/partial; number=1; total=9\r\n\r\nx\r\n--b--"),
    "message/external-body": _mail(MIXED, "--b\r\n\r\nWORDS\r\n--b\r\nContent-Type: message/external-body; access-type=local-file; name=/etc/passwd\r\n\r\nx\r\n--b--"),
    "comments in comments": b"From: " + b"(" * 5_000 + b"a@b.c" + b")" * 5_000 + b"\r\n\r\nWORDS",
    "comments that never end": b"From: Bao <bao@example.org> " + b"(" * 15_000 + b"\r\n\r\nWORDS",
    "comments in comments elsewhere": b"Sender: " + b"(" * 9_000 + b"\r\nTo: " + b"(a" * 9_000 + b"\r\n" + _mail("X: y"),
    "a mail within, with a header in a header": _mail(MIXED, b"--b\r\n\r\nWORDS\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: a\x0bX: y\r\n\r\nInner\r\n--b--"),
    "a mail within, with odd breaks": _mail(MIXED, b"--b\r\n\r\nWORDS\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: \x1ca:\x1db:\x1ec:\x0cd:\xc2\x85e:\xe2\x80\xa8f:\r\n\r\nInner\r\n--b--"),
    "a subject that brings headers": FROM.replace(b"Re: Water", b"=?utf-8?Q?a=0D=0ABcc:_x@y=0D=0A=0D=0A?=") + b"\r\nWORDS",
    "a name that brings headers": FROM.replace(b"Bao", b"=?utf-8?Q?a=0ABcc:_x?=") + b"\r\nWORDS",
    "a file that names a path": _mail(MIXED, '--b\r\n\r\nWORDS\r\n--b\r\nContent-Disposition: attachment; filename="../../../etc/cron.d/x"\r\n\r\nx\r\n--b--'),
    "a file without an end to its name": _mail(MIXED, '--b\r\n\r\nWORDS\r\n--b\r\nContent-Disposition: attachment; filename="' + "é" * 50_000 + '"\r\n\r\nx\r\n--b--'),
    "a zip that unpacks to much": _mail(MIXED, b"--b\r\n\r\nWORDS\r\n--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + _zip() + b"\r\n--b--"),
    "HTML with entities of its own": _mail(HTML, '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p>WORDS &b;</p>'),
    "HTML that asks for a file": _mail(HTML, '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><p>WORDS &f;</p>'),
    "HTML of broken tags": _mail(HTML, "<p<p><table><<a href=><td></p>WORDS<!-- <![CDATA["),
    "HTML that hides in styles": _mail(HTML, "<style>" + "a{}" * 50_000 + "</style><p>WORDS"),
    "HTML of characters in numbers": _mail(HTML, "<p>WORDS &#0;&#xD800;&#x110000;&#8238;</p>"),
    "a uuencoded file without an end": _mail(TEXT.format("ascii"), "WORDS\r\nbegin 644 x\r\n" + "M" * 61 + "\r\n"),
    "flowed quotes without end": _mail(TEXT.format("utf-8") + "; format=flowed", "WORDS\r\n" + ">" * 20_000 + " \r\n" * 3),
}  # fmt: skip

#: May be given up on; must not take long, nor anybody with it.
BOMBS: dict[str, bytes] = {
    "nothing at all": b"",
    "one byte": b"\xff",
    "only NUL": b"\0" * 10_000,
    "only line feeds": b"\r\n" * 200_000,
    "parts ten thousand deep": _nested(10_000),
    "parts forty deep": _nested(40),
    "ten thousand parts": _beside(10_000),
    "mails within mails": _mail("Content-Type: message/rfc822", b"Content-Type: message/rfc822\r\n\r\n" * 5_000),
    "HTML a hundred thousand deep": _mail(HTML, "<div>" * 100_000 + "WORDS"),
    "HTML quotes ten thousand deep": _mail(HTML, "<blockquote>" * 10_000 + "WORDS"),
    "HTML of a hundred thousand attributes": _mail(HTML, "<p " + "a=b " * 100_000 + ">WORDS"),
    "a hundred thousand addresses": b"From: " + b"a@b.c, " * 100_000 + b"\r\n\r\nWORDS",
    "From of nothing but brackets": b"From: " + b"<" * 50_000 + b"(" * 50_000 + b"\r\n\r\nWORDS",
    "results in comments": b"Authentication-Results: mx.example.org; " + b"(" * 20_000 + b"\r\n" + _mail("X: y"),
    "encoded words without end": b"Subject: " + b"=?utf-8?Q?a?= " * 20_000 + b"\r\n" + _mail("X: y"),
    "encoded words that never close": b"Subject: " + b"=?utf-8?Q?" * 20_000 + b"\r\n" + _mail("X: y"),
    "a uuencoded file in a uuencoded file": _mail(TEXT.format("ascii"), "begin 644 x\r\n" * 30_000 + "end"),
    "twenty megabytes of one letter": _mail(TEXT.format("utf-8"), b"x" * (20 * 2**20)),
    "twenty megabytes of short lines": _mail(TEXT.format("utf-8"), b"x\r\n" * (7 * 2**20)),
    "bytes of no meaning": _mail("Content-Type: text/html; charset=utf-16", bytes(range(256)) * 4_000),
}
