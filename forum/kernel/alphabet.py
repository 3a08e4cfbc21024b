"""Letters as people know them: the order they look words up in, and how they spell what another alphabet has."""

from __future__ import annotations

import re
import unicodedata


def looked_up(text: str) -> str:
    """Letters as they are looked up: no case, no accents, no Arabic article. "Éthiopie" stands before "France"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return bare.removeprefix("ال")


#: Letters of other alphabets as those who write them spell them in Latin ones without accents: close enough to be read
#: aloud, too coarse to be read back. Those that are not here (儿童) have no sound of their own to give.
SPELLING = """
    ا a ب b ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z ع a غ gh ف f ق q ك k ل l م m ن n ه h
    آ a أ a إ a ٱ a ة a ى a ئ y ؤ w پ p چ ch ژ zh گ g ک k ی y ے y
    а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch
    ы y э e ю yu я ya ё e і i ї yi є ye ґ g ў u ә a ғ g қ q ң n ө o ұ u ү u һ h ј j љ lj њ nj ћ c ђ dj џ dz
    ß ss æ ae œ oe ø o ł l đ d ð d þ th ı i ħ h
"""
SPELLED = dict(zip(SPELLING.split()[::2], SPELLING.split()[1::2], strict=True)) | dict.fromkeys("ءъь", "")
VOWEL_SIGNS = re.compile("[\u064b-\u065f\u0670\u0640]")
#: An article before a word, with what is written as one with it: «والأطفال», «للأطفال».
ARTICLE = re.compile(r"\b(?:(?P<joined>[وبكف])?ال|(?P<to>و?لل))(?=\w{3})")
BEFORE_ARTICLE = {"و": "wa-al-", "ب": "bi-al-", "ك": "ka-al-", "ف": "fa-al-", "لل": "li-al-", "ولل": "wa-li-al-"}
#: Letters that are a vowel after a consonant, and one itself at the beginning and beside an alef.
HALF_VOWELS = {"و": ("w", "u"), "ي": ("y", "i")}
BESIDE_ALEF = frozenset("اآأإىة")


def in_latin_letters(text: str) -> str:
    """A text with Arabic and Cyrillic letters spelled in Latin ones, small, for addresses: "حقوق الطفل" gives "hquq al-tfl".

    Letters of scripts that are not known here stay as they are.
    """
    plain = VOWEL_SIGNS.sub("", unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()))
    plain = ARTICLE.sub(lambda found: BEFORE_ARTICLE.get(found["joined"] or found["to"] or "", "al-"), plain)
    return "".join(_spelled(plain, at) for at in range(len(plain)))


def _spelled(text: str, at: int) -> str:
    letter = text[at]
    if letter not in HALF_VOWELS:
        return SPELLED.get(letter, letter)
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    alone = not before.isalpha() or before in BESIDE_ALEF or after in BESIDE_ALEF
    return HALF_VOWELS[letter][0 if alone else 1]
