"""Which passwords are refused because anyone would try them first.

No list of a million words and no network: a password is reduced to what it is made of (accents, capitals,
look-alike signs and trailing years taken off) and refused when that is a well-known word, a walk over the
keyboard, a repetition, or the person's own name. https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LENGTH_MIN = 10
LENGTH_MAX = 200  # hashing megabytes is a way to keep a server busy

#: What the lists of leaked passwords are made of, in the languages of the forum.
_WORDS = """
password passwort passw passwd motdepasse contrasena contrasenya senha parola secret secreto segredo
admin administrator root user usuario utilisateur guest test demo login welcome bienvenue bienvenido bemvindo
letmein changeme iloveyou jetaime teamo tequiero eutreamo princess princesa princesse sunshine soleil
monkey dragon master football futbol soccer baseball basketball superman batman starwars pokemon
shadow michael jordan jennifer daniel charlie computer internet whatever trustno one freedom hello hola bonjour
love amor amour habibi allah jesus christ dios abcdef abcdefgh abc qwerty azerty qwertz asdf zxcv
justice justicia children ninos enfants forum justicewithchildren
"""
WORDS = frozenset(_WORDS.split())
WALKS = (
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertzuiop",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "qazwsxedcrfvtgb",
)
LOOKALIKES = str.maketrans("0134578@$!|", "oieastbasil")


def is_common(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a password is among those anyone would try first.

    Args:
        password: as typed.
        about: what is known of the person and place: names, address, name of the site.
    """
    plain = _plain(password)
    if len(set(plain)) < 5 or _is_walk(plain) or _repeats(plain):
        return True
    known = WORDS | {word for text in about for word in _words(text)}
    candidates = {_core(plain), _core(plain).translate(LOOKALIKES)}
    return any(not rest or _is_made_of(rest, known) for rest in candidates)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace())


def _words(text: str) -> set[str]:
    plain = {_plain(part) for part in re.split(r"[\s@.\-_+]+", text)} | {re.sub(r"\W", "", _plain(text))}
    return {word for word in plain if len(word) >= 3}


def _core(text: str) -> str:
    """What is left without digits and signs at both ends: the part people think of as the word."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _is_made_of(text: str, words: set[str] | frozenset[str]) -> bool:
    """A known word or three, perhaps said again and again, with signs and digits between."""
    parts = [part for part in re.split(r"[\W\d_]+", text) if part]
    return all(part in words or _unit(part) in words for part in parts) and len(set(parts)) <= 3


def _unit(text: str) -> str:
    """The piece a text repeats: "abcabc" is "abc" twice."""
    at = (text + text).find(text, 1)
    return text[:at]


def _repeats(text: str) -> bool:
    return len(_unit(text)) <= min(6, len(text) // 2)


def _is_walk(text: str) -> bool:
    return any(_runs_along(text, line) or _runs_along(text, line[::-1]) for line in WALKS)


def _runs_along(text: str, line: str) -> bool:
    endless = line * (len(text) // len(line) + 2)
    return text in endless
