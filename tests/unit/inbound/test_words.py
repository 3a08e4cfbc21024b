"""What a mail says, however it was wrapped."""

import base64

import pytest

from forum.inbound.letters import Nature
from forum.inbound.reading.charsets import text_of
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.reading.flowed import unflowed
from forum.inbound.reading.headers import decoded
from forum.inbound.reading.letter import letter_of
from forum.inbound.reading.markup import text_of_html
from forum.inbound.reading.names import safe

HERE = Circumstances(envelope_from="ana@example.org", our_address="forum@example.org", our_domain="reply.example.org")


def read(head: str, body: str | bytes = "I agree.", **values):
    raw = head.strip("\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape") + b"\r\n\r\n"
    return letter_of(raw + (body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()), HERE)


def typed(kind: str, body: str | bytes, how: str = "8bit"):
    return read(f"From: ana@example.org\nContent-Type: {kind}\nContent-Transfer-Encoding: {how}", body)


def many(kind: str, *parts: str):
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    return read(f"From: ana@example.org\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=b", body)


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nThe plain words."
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>The <b>marked</b> words.</p>"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=?utf-8?Q?R=C3=A9ponse?=", "Réponse"),
        ("=?UTF-8?B?2LHYrw==?=", "رد"),
        ("=?iso-8859-1?q?caf=E9?= =?iso-8859-1?q?_noir?=", "café noir"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"),  # a character cut in two
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?utf-8*en?Q?language?=", "language"),  # RFC 2231 5
        ("=?x-nobody-knows?Q?plain?=", "plain"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?utf-8?B?4pyT4pyT!!!?=", "✓✓"),
        ("a =?utf-8?Q?=0D=0ABcc:_x?= b", "a Bcc: x b"),  # no line of its own
        ("two\r\n lines", "two lines"),
    ],
)
def test_headers_are_made_readable(written, meant):
    assert decoded(written) == meant


@pytest.mark.parametrize(
    ("data", "said", "meant"),
    [
        ("é".encode(), "us-ascii", "é"),
        ("é".encode(), "iso-8859-1", "é"),  # well-formed UTF-8 is believed
        ("é".encode("latin-1"), "utf-8", "é"),
        ("“né”".encode("cp1252"), "iso-8859-1", "“né”"),
        ("你好".encode("gb18030"), "GB2312", "你好"),
        ("안녕".encode("cp949"), "ks_c_5601-1987", "안녕"),
        ("مرحبا بكم".encode("cp1256"), "windows-1256", "مرحبا بكم"),
        (b"\xef\xbb\xbfBOM", "", "BOM"),
        (b"plain", "idna", "plain"),
        (b"plain", "no such charset at all", "plain"),
        (b"\\x41", "unicode_escape", "\\x41"),
        ("日本".encode("iso-2022-jp"), "ISO-2022-JP", "日本"),
        (b"cut \xe2\x82", "utf-8", "cut \ufffd"),
    ],
)
def test_bytes_become_characters(data, said, meant):
    if data.startswith(b"cut"):
        data += b" and much more that is whole, so that it is plainly UTF-8" * 3
        assert text_of(data, said).startswith("cut \ufffd")
    else:
        assert text_of(data, said) == meant


def test_flowed_paragraphs_are_put_together():
    flowed = "This is \none paragraph.\n> quoted \n> too\n\n From the margin\n-- \nAna"
    assert unflowed(flowed, joined=False) == "This is one paragraph.\n> quoted too\n\nFrom the margin\n-- \nAna"
    assert unflowed("東 \n京", joined=True) == "東京"


def test_html_keeps_its_blocks_lists_quotes_and_links():
    source = """<html><head><title>no</title><style>p{}</style></head><body><p>One&nbsp;two<br>three</p>
      <div>four</div><div><br></div><ul><li>a<li>b<ol><li>c</ol></ul>
      <p>See <a href="https://example.org/x">this page</a>, <a href="https://example.org/">example.org</a>,
      <a href="javascript:alert(1)">that</a>.</p><script>no</script><img src="https://spy.example/x.gif">
      <blockquote><p>Quoted</p><blockquote>twice</blockquote></blockquote>
      <pre>kept  as
it is</pre><table><tr><td>x</td><td>y</td></tr></table><div style="display:none">hidden</div></body></html>"""
    assert text_of_html(source).split("\n") == [
        *("One two", "three", "", "four", "", "- a", "- b", "  1. c", ""),
        *("See this page (https://example.org/x), example.org, that.", "", "> Quoted", ">", "> > twice", ""),
        *("kept  as", "it is", "", "x | y"),
    ]


def test_right_to_left_text_stays_as_it_is():
    assert typed("text/html; charset=utf-8", '<p dir="rtl">مرحبا <b>بكم</b></p>'.encode()).text == "مرحبا بكم"


@pytest.mark.parametrize(
    ("letter", "text"),
    [
        (lambda: many("alternative", PLAIN, HTML), "The plain words."),
        (lambda: many("alternative", "Content-Type: text/plain\n\n \n", HTML), "The marked words."),
        (lambda: many("mixed", PLAIN, HTML), "The plain words.\n\nThe marked words."),
        (lambda: typed("text/plain; charset=utf-8", "caf=C3=A9 =\nnoir =ZZ", "quoted-printable"), "café noir =ZZ"),
        (lambda: typed("text/plain; charset=utf-8", base64.b64encode("Grüße".encode())[:-1] + b"\n!!", "base64"), "Grüße"),
        (lambda: typed("text/plain; charset=utf-8", "as it is", "no-such-encoding"), "as it is"),
        (lambda: typed("text/plain", b"a\rb\0c\x0bd"), "a\nbcd"),
        (lambda: typed("nonsense", "words all the same"), "words all the same"),
        (lambda: typed("text/plain", "<html><body><p>Marked after all</p></body></html>"), "Marked after all"),
        (lambda: read("From: ana@example.org\nContent-Type: multipart/mixed; boundary=b", "no part at all"), "no part at all"),
        (lambda: read("From: ana@example.org\nContent-Type: multipart/mixed; boundary=b", f"--b\n{PLAIN}"), "The plain words."),
        (lambda: read("From: ana@example.org\nContent-Type: multipart/mixed", f"--b\n{PLAIN}\n--b--"), None),
        (lambda: many("signed", PLAIN, "Content-Type: application/pgp-signature\n\nxxx"), "The plain words."),
        (lambda: typed("text/plain; format=flowed", "one \ntwo"), "one two"),
    ],
    ids=range(14),
)  # fmt: skip
def test_the_words_are_found(letter, text):
    found = letter()
    assert found.nature is Nature.WRITTEN
    if text is None:
        assert "The plain words." in found.text
    else:
        assert found.text == text and found.attachments == ()


def test_files_that_came_along():
    def file(kind, name, content=b"content" * 10_000, more=""):
        return (
            f'Content-Type: {kind}\nContent-Disposition: attachment; filename="{name}"{more}\nContent-Transfer-Encoding: base64\n\n'
            + base64.b64encode(content).decode()
        )

    letter = many(
        "mixed",
        PLAIN,
        file("application/pdf", "../../etc/pass\u202ewd\x07.pdf"),
        file("image/png", "photo.png"),
        file("text/plain", "notes.txt", "mañana".encode()),
        "Content-Type: image/gif\nContent-ID: <logo>\nContent-Disposition: inline\n\nGIF89a",
        "Content-Type: message/rfc822\n\nSubject: A mail: within\n\nIts words",
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR",
        "Content-Type: application/ms-tnef; name=winmail.dat\n\nx",
        "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''na%C3%AFve.pdf\n\nx",
    )
    assert letter.text == "The plain words."
    assert [each.name for each in letter.attachments] == [
        *("passwd.pdf", "photo.png", "notes.txt", "A mail within.eml", "attachment-5.ics", "winmail.dat", "naïve.pdf"),
    ]
    assert letter.attachments[0].content == b"content" * 10_000
    assert b"Its words" in letter.attachments[3].content


def test_a_file_written_into_the_text():
    letter = typed("text/plain", "Here it is.\n\nbegin 644 notes.txt\n#0V%T\n`\nend\n\nAna")
    assert letter.attachments[0].name == "notes.txt" and letter.attachments[0].content == b"Cat"
    assert letter.text.replace("\n", "") == "Here it is.Ana"


@pytest.mark.parametrize(
    "head",
    [
        "From: ana@example.org\nFrom: bao@example.org",
        "From: ana@example.org, bao@example.org",
        "From: undisclosed-recipients:;",
        "Subject: none",
        "From: Ana <not an address>",
        'From: "ana@example.org"',
    ],
)
def test_who_has_no_sender_or_two_has_none(head):
    assert read(head).sender == ""


@pytest.mark.parametrize(
    "head",
    [
        'From: "bao@example.org" <ana@example.org>',
        "From: =?utf-8?Q?bao=40example=2Eorg=3E?= <Ana@Example.org>",
        "From: ana@example.org (bao@example.org)",
        "From:\n  Ana\n  <ana@example.org>",
    ],
)
def test_a_name_is_no_address(head):
    assert read(head).sender == "ana@example.org"


def test_the_thread_it_belongs_to():
    letter = read(
        "From: a@example.org\nMessage-ID: <new@x>\nIn-Reply-To: <two@x> (of Monday)\nReferences: <one@x>\n <two@x>"
    )
    assert (letter.message_id, letter.references) == ("new@x", ("one@x", "two@x"))


@pytest.mark.parametrize(
    ("said", "meant"),
    [("C:\\temp\\a.doc", "a.doc"), ("..", ""), (".htaccess", "htaccess"), ("a\u202efdp.exe", "afdp.exe"), ("CON<>:|?*.txt", "CON.txt"), ("x" * 300 + ".pdf", "x" * 116 + ".pdf")],
)  # fmt: skip
def test_names_are_safe(said, meant):
    assert safe(said) == meant


@pytest.mark.parametrize("opening", ["(", "(a ", r"(a\(", '("'])
def test_comments_however_deep_hide_no_sender(opening):
    head = f"From: {opening * 3000}{')' * 3000} Ana <ana@example.org>"
    letter = read(head)
    assert letter.text == "I agree." and letter.sender == "ana@example.org"


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        (f"{'(' * 60}eve@example.org{')' * 60}", ""),
        (f"ana@example.org, eve@example.org {'(' * 60}{')' * 60}", ""),
        (f'"{"(" * 60}" <ana@example.org>', "ana@example.org"),
        (f"ana@example.org {'(' * 60} eve@example.org", "ana@example.org"),
        ("Ana (who (of the North) writes) <ana@example.org>", "ana@example.org"),
    ],
)
def test_what_stands_in_deep_comments_is_no_sender(written, sender):
    assert read(f"From: {written}").sender == sender


@pytest.mark.parametrize("odd", [b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\xc2\x85", b"\xe2\x80\xa8", b"\xff"])
def test_a_mail_within_a_mail_is_handed_on_as_it_came(odd):
    inner = b"Subject: a" + odd + b"Bcc: eve@example.org\nTo: ana@example.org,\n\tbao@example.org\n\nInner words.\n"
    head = "From: ana@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b"
    body = b"--b\n\nWords.\n--b\nContent-Type: message/rfc822\n\n" + inner + b"--b--\n"
    letter = read(head, body)
    assert letter.text == "Words."
    (file,) = letter.attachments
    assert file.content.splitlines() == inner.splitlines()
