"""Bytes that are said to be in some charset, made into characters: as said where that works, else as it looks."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

#: Names that programs made up, and names whose superset is what is really sent.
CALLED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
#: Python knows these too; they are no charsets of texts, and some take time that grows with the square.
NEVER = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
#: Those that decode anything, or nearly: when they are named, UTF-8 that is well-formed is believed instead.
TOLERANT = frozenset({"ascii", "cp1252", "cp1254", "iso8859-15", "mac-roman", "cp850", "cp437"})
SAMPLE = 32 * 1024  # bytes, for guessing
ENOUGH = 6  # bytes beyond ASCII, to guess from
OF_MAINFRAMES = ["cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140", "cp1125", "hz"]


def text_of(data: bytes, said: str = "") -> str:
    """The characters these bytes stand for; never fails, and leaves U+FFFD where nothing fits."""
    name = _known(said)
    if not name or name in TOLERANT or name == "utf-8":
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    if name and name not in ("utf-8", "ascii"):
        try:
            return data.decode(name)
        except (UnicodeError, LookupError, ValueError):
            pass
    broken = data.decode("utf-8", errors="replace")
    if broken.count("\ufffd") * 50 < len(broken):  # UTF-8 with a character cut in two
        return broken
    return _guessed(data, name)


def _known(said: str) -> str:
    """Python's name of a charset; empty for what is none."""
    name = said.strip().strip("\"'").casefold()
    try:
        found = codecs.lookup(CALLED.get(name, name)) if name.isascii() and len(name) < 40 else None
        if found is None or found.name.replace("-", "_") in NEVER:
            return ""
        b"a".decode(found.name, "replace")  # refuses what compresses or encrypts
    except (LookupError, ValueError):
        return ""
    return found.name


def _guessed(data: bytes, name: str) -> str:
    if name and name != "utf-8":  # mostly right: a few bytes are damaged
        mostly = data.decode(name, errors="replace")
        if mostly.count("\ufffd") * 20 < len(mostly):
            return mostly
    telling = sum(byte > 127 for byte in data[:SAMPLE])
    best = from_bytes(data[:SAMPLE], cp_exclusion=OF_MAINFRAMES).best() if telling >= ENOUGH else None
    return data.decode(best.encoding if best else "cp1252", errors="replace")
