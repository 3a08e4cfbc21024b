"""Mail whose words lie in something: only signed they are read, encrypted they are refused as such, damaged they harm nobody."""

from __future__ import annotations

import base64
import random
import zlib
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from forum.inbound.letters import Letter, Seal
from forum.inbound.reading import armour, wrappers
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.reading.letter import letter_of
from forum.inbound.reading.wrappers import Damaged, Encrypted, unwrapped
from tests.pace import paces

#: As OpenSSL 3.0 writes it in one go (`openssl cms -sign -nodetach -stream`): indefinite lengths, octets in pieces, as Outlook too.
BY_OPENSSL = """
MIAGCSqGSIb3DQEHAqCAMIACAQExDTALBglghkgBZQMEAgEwgAYJKoZIhvcNAQcBoIAkgASCARBDb250ZW50LVR5cGU6IG11bHRpcGFydC9taX
hlZDsgYm91bmRhcnk9aW4NCg0KLS1pbg0KQ29udGVudC1UeXBlOiB0ZXh0L3BsYWluOyBjaGFyc2V0PXV0Zi04DQpDb250ZW50LVRyYW5zZmVy
LUVuY29kaW5nOiBxdW90ZWQtcHJpbnRhYmxlDQoNCk1BUktFUiB3b3Jkcywgc2U9QzM9QjFvcmEuDQotLWluDQpDb250ZW50LVR5cGU6IHRleH
QvcGxhaW4NCkNvbnRlbnQtRGlzcG9zaXRpb246IGF0dGFjaG1lbnQ7IGZpbGVuYW1lPW5vdGVzLnR4dA0KDQpmaWd1cmVzDQotLWluLS0NCgAA
AAAAADGCAXgwggF0AgEBMCYwDjEMMAoGA1UEAwwDQW5hAhQr3sQPOUuQVmZ5VMBB6F94e/MDdTALBglghkgBZQMEAgGggeQwGAYJKoZIhvcNAQ
kDMQsGCSqGSIb3DQEHATAcBgkqhkiG9w0BCQUxDxcNMjYxMTI2MTMyNzEwWjAvBgkqhkiG9w0BCQQxIgQggo7lR0r7atsF4TKZzIduPbeH1Hi8
FOhcvsM9S/k6rfwweQYJKoZIhvcNAQkPMWwwajALBglghkgBZQMEASowCwYJYIZIAWUDBAEWMAsGCWCGSAFlAwQBAjAKBggqhkiG9w0DBzAOBg
gqhkiG9w0DAgICAIAwDQYIKoZIhvcNAwICAUAwBwYFKw4DAgcwDQYIKoZIhvcNAwICASgwCgYIKoZIzj0EAwIERzBFAiEA/ttVlXze0c+ACoGB
pFNdWbLPv67RVHWNnkJdMhoEjvMCIFJDguxJdS6XuAzmp3xJ3HILPn/7C66sSlvhfyGjKaWWAAAAAAAA
"""
TEXT = b"Content-Type: text/plain\r\n\r\nMARKER words.\r\n"
KIND = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"


def mail(content: bytes, kind: str = KIND) -> bytes:
    head = f"From: ana@example.org\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + base64.encodebytes(content)


def read(raw: bytes) -> Letter:
    return letter_of(raw, Circumstances())


def seals(letter: Letter) -> list[str]:
    return [said for said in letter.trouble if said in list(Seal)]


def element(tag: int, *parts: bytes, indefinite: bool = False) -> bytes:
    """As X.690 has it."""
    content = b"".join(parts)
    if indefinite:
        return bytes([tag, 0x80]) + content + b"\0\0"
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x84]) + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def wrapper(
    text: bytes | None = TEXT,
    *,
    kind: bytes = wrappers.SIGNED,
    within: bytes = wrappers.DATA,
    pieces: int = 0,
    indefinite: bool = False,
) -> bytes:
    """A wrapper of the least there can be.

    Args:
        text: what is in it; nothing where it holds certificates only.
        pieces: into how many bytes its octets are cut.
    """
    octets = element(0x04, text or b"")
    if pieces:
        cut = (element(0x04, text[at : at + pieces]) for at in range(0, len(text or b""), pieces))
        octets = element(0x24, *cut, indefinite=indefinite)
    holds = [element(0x06, within)]
    if text is not None:
        holds.append(element(0xA0, octets, indefinite=indefinite))
    inner = element(0x30, *holds, indefinite=indefinite)
    body = element(0x30, b"\x02\x01\x01", element(0x31), inner, element(0x31), indefinite=indefinite)
    return element(0x30, element(0x06, kind), element(0xA0, body, indefinite=indefinite), indefinite=indefinite)


@pytest.fixture(scope="module")
def sealed():
    """The same words in every S/MIME form, made by the library: opaque and clear signature, encrypted."""
    key = ec.generate_private_key(ec.SECP256R1())
    rsa_key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ana")])
    day = datetime(2024, 5, 3)

    def certificate(of):
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(of.public_key())
        made = made.serial_number(1).not_valid_before(day).not_valid_after(day + timedelta(days=36500))
        return made.sign(of, hashes.SHA256())

    signed = pkcs7.PKCS7SignatureBuilder().set_data(TEXT).add_signer(certificate(key), key, hashes.SHA256())
    envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(TEXT).add_recipient(certificate(rsa_key))
    smime, der = serialization.Encoding.SMIME, serialization.Encoding.DER
    return {
        "opaque": mail(signed.sign(der, [])),
        "opaque, unnamed": mail(signed.sign(der, []), "application/x-pkcs7-mime"),
        "opaque, as any file": mail(signed.sign(der, []), "application/octet-stream; name=SMIME.P7M"),
        "clear": b"From: ana@example.org\n" + signed.sign(smime, [pkcs7.PKCS7Options.DetachedSignature]),
        "encrypted": b"From: ana@example.org\n" + envelope.encrypt(smime, []),
        "encrypted, named as signed": mail(envelope.encrypt(der, [])),
        "certificates only": mail(pkcs7.serialize_certificates([certificate(key)], der)),
    }


@pytest.mark.parametrize("form", ["opaque", "opaque, unnamed", "opaque, as any file", "clear"])
def test_what_is_only_signed_is_read(sealed, form):
    letter = read(sealed[form])
    assert letter.text.strip() == "MARKER words."
    assert not letter.attachments and not seals(letter)


@pytest.mark.parametrize("form", ["encrypted", "encrypted, named as signed"])
def test_what_is_encrypted_says_so(sealed, form):
    letter = read(sealed[form])
    assert letter.text == "" and seals(letter) == [Seal.ENCRYPTED]


def test_certificates_alone_are_no_words(sealed):
    letter = read(sealed["certificates only"])
    assert letter.text == "" and not letter.attachments and not seals(letter)


def test_as_mail_programs_write_it():
    letter = read(mail(base64.b64decode(BY_OPENSSL)))
    assert letter.text == "MARKER words, señora." and not seals(letter)
    assert [(each.name, each.content) for each in letter.attachments] == [("notes.txt", b"figures")]


@pytest.mark.parametrize("indefinite", [False, True])
@pytest.mark.parametrize("pieces", [0, 1, 7, 1000])
def test_lengths_and_pieces_of_every_kind(indefinite, pieces):
    assert unwrapped(wrapper(pieces=pieces, indefinite=indefinite)) == TEXT


def test_a_wrapper_in_a_wrapper():
    inner = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert read(mail(wrapper(inner + base64.encodebytes(wrapper())))).text.strip() == "MARKER words."
    encrypted = read(mail(wrapper(inner + base64.encodebytes(wrapper(kind=wrappers.PKCS7 + b"\x03")))))
    assert encrypted.text == "" and seals(encrypted) == [Seal.ENCRYPTED]
    raw = TEXT
    for _ in range(30):
        raw = inner + base64.encodebytes(wrapper(raw))
    deep = read(mail(wrapper(raw)))
    assert deep.text == "" and "deeper" in deep.trouble[-1]


@pytest.mark.parametrize("whole", [b"multipart/signed", b"wrapped"])
def test_a_whole_mail_that_was_signed_to_protect_its_headers_is_the_mail(whole):
    """RFC 8551 3.1. The sender is the outer one all the same: that is whom the mail server vouched for."""
    inner = b"Content-Type: message/rfc822\r\n\r\nFrom: bao@example.org\r\nSubject: Within\r\n" + TEXT
    if whole == b"wrapped":
        letter = read(mail(wrapper(inner)))
    else:
        head = b"From: ana@example.org\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n"
        letter = read(
            head + b"--b\r\n" + inner + b"\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--b--"
        )
    assert letter.text.strip() == "MARKER words." and not letter.attachments
    assert letter.sender == "ana@example.org"


def test_what_was_made_smaller_is_read():
    small = wrapper(zlib.compress(TEXT), kind=wrappers.COMPRESSED)
    assert unwrapped(small) == TEXT


def test_what_would_become_enormous_is_damaged():
    bomb = wrapper(zlib.compress(b"\0" * (wrappers.MOST + 1)), kind=wrappers.COMPRESSED)
    letter = read(mail(bomb, "application/pkcs7-mime; smime-type=compressed-data"))
    assert letter.text == "" and seals(letter) == [Seal.WRAPPED]


@pytest.mark.parametrize(
    ("content", "named", "seal"),
    [
        (b"", "signed-data", Seal.WRAPPED),
        (b"rubbish", "signed-data", Seal.WRAPPED),
        (b"rubbish", "enveloped-data", Seal.ENCRYPTED),
        (b"rubbish", "", Seal.ENCRYPTED),
        (wrapper(within=wrappers.PKCS7 + b"\x07"), "signed-data", Seal.WRAPPED),
        (wrapper(within=wrappers.PKCS7 + b"\x03"), "signed-data", Seal.ENCRYPTED),
        (wrapper(kind=b"\x2a"), "signed-data", Seal.WRAPPED),
        (wrapper(b"no zlib", kind=wrappers.COMPRESSED), "compressed-data", Seal.WRAPPED),
        (wrapper()[:60], "signed-data", Seal.WRAPPED),
    ],
)
def test_what_cannot_be_opened_is_said_to_be_what_it_calls_itself(content, named, seal):
    letter = read(mail(content, f"application/pkcs7-mime; smime-type={named}"))
    assert letter.text == "" and seals(letter) == [seal]


def opened(wrapped: bytes) -> bytes | None:
    try:
        return unwrapped(wrapped)
    except (Damaged, Encrypted):
        return None


@pytest.mark.parametrize("whole", [wrapper(), wrapper(pieces=7, indefinite=True), base64.b64decode(BY_OPENSSL)])
def test_whatever_is_broken_off_or_changed_in_it_ends_well(whole):
    for end in range(len(whole)):
        opened(whole[:end])
    chance = random.Random(5)
    for at in range(len(whole)):
        for value in (0, 0x80, 0xFF, 0x24, 0x30, chance.randrange(256)):
            opened(whole[:at] + bytes([value]) + whole[at + 1 :])


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x30\x80" * 500_000,
        b"\x24\x80" * 500_000 + b"\0\0" * 500_000,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\xff" + b"\xff" * 200,
        element(0x30, b"\x02\x01\x01" * 300_000),
        wrapper(b"x" * 100_000, pieces=1, indefinite=True),
    ],
    ids=[
        "deep",
        "deep pieces",
        "four gigabytes",
        "a length of 127 bytes",
        "many elements",
        "a hundred thousand pieces",
    ],
)
def test_a_bomb_of_elements_takes_no_time(bomb):
    assert paces(lambda: opened(bomb)) < 1000


def test_openpgp_that_is_encrypted_says_so():
    head = b"From: ana@example.org\nContent-Type: multipart/encrypted; boundary=b\n\n"
    parts = b"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n--\n--b--\n"
    letter = read(head + parts)
    assert letter.text == "" and seals(letter) == [Seal.ENCRYPTED]


def test_an_encrypted_text_written_into_the_mail():
    letter = read(b"From: ana@example.org\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")
    assert letter.text == "" and seals(letter) == [Seal.ENCRYPTED]


SIGNATURE = "-----BEGIN PGP SIGNATURE-----\nVersion: GnuPG v2\n\niQEzBAEBCAAdFiEEabcdefghijklmnopqrstuvwxyz012345\n=AbCd\n-----END PGP SIGNATURE-----"


def signed(text: str, headers: str = "Hash: SHA256\n", signature: str = SIGNATURE) -> str:
    """As RFC 9580 7 has it: dashes at the beginning of a line are escaped."""
    escaped = "\n".join(f"- {line}" if line.startswith("-") else line for line in text.split("\n"))
    return f"-----BEGIN PGP SIGNED MESSAGE-----\n{headers}\n{escaped}\n{signature}\n"


WORDS = "MARKER words.\n\n- a point\n-- \nBao\n-----Original Message-----\nHash: is a word of mine"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (signed(WORDS), WORDS),
        (signed(WORDS, headers=""), WORDS),
        (signed(WORDS, headers="Hash: SHA256\nHash: SHA512,SHA1\nCharset: utf-8\n"), WORDS),
        (f"Above.\n\n{signed('Within.')}\nBelow.", "Above.\n\nWithin.\n\nBelow."),
        (signed("One.") + signed("Two."), "One.\nTwo."),
        (signed("From home.").replace("From", "- From"), "From home."),
        (signed("Words.", signature=SIGNATURE.replace("-----END PGP SIGNATURE-----", "Regards")), "Words.\nRegards"),
        (signed("- A", headers="NotDashEscaped: see GnuPG\n").replace("- - A", "- A"), "- A"),
        (f"-----BEGIN PGP SIGNED MESSAGE-----\nWords.\n{SIGNATURE}", "Words."),
        (signed(signed("Inner.").strip()), signed("Inner.").strip()),
    ],
)
def test_words_in_a_clear_signature_are_as_their_author_wrote_them(written, meant):
    letter = read(b"From: ana@example.org\n\n" + written.encode())
    assert letter.text.strip() == meant.strip() and not seals(letter)


@pytest.mark.parametrize(
    "text",
    [
        "It says -----BEGIN PGP SIGNED MESSAGE----- here,\nand -----BEGIN PGP SIGNATURE----- there.\n- a point",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- a point, and no signature",
        "- a point\n" + SIGNATURE,
        "\n".join(f"> {line}".rstrip() for line in signed(WORDS).split("\n")).rstrip("> "),
    ],
)
def test_what_is_not_signed_as_a_whole_stays_as_it_is(text):
    assert read(b"From: ana@example.org\n\n" + text.encode()).text.strip() == text.strip()


def test_a_clear_signature_in_html_too():
    html = "".join(f"<div>{line or '<br>'}</div>" for line in signed("- MARKER words.").split("\n"))
    letter = read(b"From: ana@example.org\nContent-Type: text/html\n\n" + html.encode())
    assert "MARKER words." in letter.text and "PGP" not in letter.text and "Hash" not in letter.text


@pytest.mark.parametrize("line", [armour.BEGIN, armour.SIGNATURE, armour.END, f"{armour.BEGIN}\n{armour.SIGNATURE}"])
def test_a_hundred_thousand_marks_take_no_time(line):
    text = f"{armour.BEGIN}\n" + f"{line}\n" * 100_000 + armour.SIGNATURE
    assert paces(lambda: armour.without_armour(text)) < 500
