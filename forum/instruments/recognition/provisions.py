"""Numbers of provisions: what "arts. 37(b) and 40", "párr. 22" or «المادتان 37 و40» point at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from forum.instruments.recognition.names import fronts
from forum.instruments.recognition.tokens import Token, spelled
from forum.instruments.vocabulary import Instrument


def _words(listed: str) -> frozenset[str]:
    return frozenset(map(spelled, listed.split()))


ARTICLES = _words(
    "article articles art arts articulo articulos artigo artigos مادة المادة المادتين المادتان مادتين المواد مواد"
)
PARAGRAPHS = _words(
    "paragraph paragraphs para paras par pars parrafo parrafos parr parrs paragraphe paragraphes paragrafo paragrafos § ¶ "
    "الفقره فقره الفقرات الفقرتين الفقرتان alinea alineas inciso incisos numeral numerales"
)
RULES = _words(
    "rule rules regla reglas regle regles regra regras القاعده القواعد القاعدتين القاعدتان guideline guidelines directriz "
    "directrices diretriz principle principles principio principios principe principes المبدا المبادي"
)
TARGETS = _words(
    "goal goals target targets meta metas objetivo objetivos objectif objectifs cible cibles الهدف هدف المقصد الغايه"
)
FAMILIES = (ARTICLES, PARAGRAPHS, RULES, TARGETS)
MARKERS = ARTICLES | PARAGRAPHS | RULES | TARGETS
PLURALS = _words(
    "articles arts articulos artigos paragraphs paras parrafos parrs paragraphes paragrafos rules reglas regles regras "
    "guidelines principles principios principes directrices goals targets metas objetivos objectifs cibles المادتين "
    "المادتان المواد الفقرات الفقرتين الفقرتان القواعد القاعدتين القاعدتان مواد"
)
AND = frozenset({"and", "or", "y", "e", "o", "et", "ou", "و", "او", "&", "as", "well"})
TO = frozenset({"-", "–", "‑", "—", "to", "al", "a", "الي"})
ROMAN = _words("i ii iii iv v vi vii viii ix x xi xii")
NUMBERED = frozenset({"no", "n", "nos", "num", "numero", "رقم"})
#: Before the word for a provision that comes after "and": "y el artículo 40", "et l'article 40", "e o artigo 40".
THE = _words("the el la los las le les l o a os as") | {"'", "’"}
#: Between a number and the instrument it is of.
OF = _words(
    "of the de del la las los el le les l d des du da do das dos a o an un una unas uma in en dans na no من في الي "
    "united nations onu naciones unidas unies nacoes said same international"
) | {",", "،", "'", "’", "(", '"', "“", "«", "‘"}
WHOSE = _words("of de del du des do da dos das من")
#: After a number, these make it a count of something.
COUNTED = _words(
    "year years anos ans annee annees meses months mois per percent years' سنه سنوات عاما عام children states countries "
    "days dias jours"
)
DEEPEST = 4
LONGEST_RANGE = 20
MOST = 40


@dataclass(frozen=True)
class Numbers:
    """Numbers read from a text: "37", "b" becomes ("37", "b"); pieces up to `after` belong to them.

    Args:
        joined: where the word for a provision came once more ("art. 40 and art. 37"): how many numbers stood before it
            the last time, and up to which piece.
    """

    numbers: tuple[tuple[str, ...], ...]
    after: int
    joined: tuple[int, int] | None = None

    def first_half(self) -> Numbers | None:
        """What stands before the last "and art."; None when it all stands together."""
        return Numbers(self.numbers[: self.joined[0]], self.joined[1]) if self.joined else None


def is_marker(token: Token) -> bool:
    """Whether this piece is a word for a provision."""
    return _is_marker(token.said)


@lru_cache(maxsize=20_000)
def _is_marker(word: str) -> bool:
    return bool(word) and any(part in MARKERS for part in fronts(word))


def numbers_after_marker(tokens: Sequence[Token], at: int) -> Numbers | None:
    """The numbers that follow the word for a provision at this piece: "article" 40(3)."""
    many = any(word in PLURALS for word in fronts(tokens[at].said))
    position = at + 1
    while position < len(tokens) and position < at + 4 and tokens[position].said in {".", "§", "°", "º", *NUMBERED}:
        position += 1
    if position < len(tokens) and tokens[position].said == "§" and tokens[at].said == "§":
        many, position = True, position + 1
    family = _family(tokens[at].said)
    return _list_of(tokens, position, many=many, family=family) or _lettered(tokens, at, position)


def _lettered(tokens: Sequence[Token], at: int, position: int) -> Numbers | None:
    """ "Inciso b" of an article that follows: a letter alone is below something, never a provision itself."""
    label = _label(tokens, position)
    if label is None or tokens[at].said not in PARAGRAPHS:
        return None
    return Numbers(((label,),), position + 1 + _is(tokens, position + 1, ")"))


def _list_of(tokens: Sequence[Token], at: int, *, many: bool, family: frozenset[str] | None = None) -> Numbers | None:
    """A number and those that follow it.

    Args:
        family: the words for a provision that go on with the list; rules do not go on with articles.
    """
    first = _number(tokens, at)
    if first is None:
        return None
    found, position, joined = [first[0]], first[1], None
    while len(found) < MOST:
        if (marker := _joined_at(tokens, position, family)) is not None:
            number = _number(tokens, marker + 1 + _is(tokens, marker + 1, "."))
            following = ([number[0]], number[1]) if number else None
            joined = (len(found), position) if number else joined
        else:
            following = _next_of(tokens, position, found[-1], many=many)
        if following is None:
            break
        numbers, position = following
        found.extend(numbers)
    return Numbers(tuple(found), position, joined)


def _family(word: str) -> frozenset[str] | None:
    """The words for the same sort of provision."""
    return next((family for family in FAMILIES if any(part in family for part in fronts(word))), None)


def _joined_at(tokens: Sequence[Token], at: int, family: frozenset[str] | None) -> int | None:
    """Where the word for a provision comes once more, after "and" or a comma: the second "art." of "art. 40 and art. 37".

    Arabic writes its "and" onto the word: «المادة 40 والمادة 37».
    """
    position = at
    while position < min(len(tokens), at + 3) and tokens[position].said in AND | {",", ";", "،", "؛"}:
        position += 1
    linked = position > at
    while linked and position < min(len(tokens), at + 5) and tokens[position].said in THE:
        position += 1
    if position >= len(tokens) or not is_marker(tokens[position]):
        return None
    linked = linked or (tokens[position].said[0] == "و" and tokens[position].said not in MARKERS)
    here = _family(tokens[position].said)
    below = here is PARAGRAPHS and family is not PARAGRAPHS  # "art. 40, para. 3" goes deeper, not on
    return position if linked and not below and (family is None or here is family) else None


def _next_of(
    tokens: Sequence[Token], at: int, last: tuple[str, ...], *, many: bool
) -> tuple[list[tuple[str, ...]], int] | None:
    """One more number of a list: after "and" or a comma, or the end of a range."""
    if at >= len(tokens):
        return None
    if tokens[at].said in TO and (many or tokens[at].kind == "sign") and (end := _number(tokens, at + 1)):
        if len(last) == 1 and len(end[0]) >= 1 and end[0][0].isdigit() and last[0].isdigit():
            low, high = int(last[0]), int(end[0][0])
            if low < high <= low + LONGEST_RANGE:
                return [(str(n),) for n in range(low + 1, high)] + [end[0]], end[1]
        return None
    position, commas = at, 0
    while (
        position < len(tokens)
        and position < at + 3
        and (tokens[position].said in AND or tokens[position].said in {",", ";", "،", "؛"})
    ):
        position, commas = position + 1, commas + 1
    if not commas:
        return None
    if subs := _sub_numbers(tokens, position, depth=len(last)):  # 37(b) and (c)
        if len(last) > 1:
            return [(*last[:-1], *subs[0])], subs[1]
        return None
    if not many and len(last) == 1:
        return None
    following = _number(tokens, position)
    if following is None or (following[1] < len(tokens) and tokens[following[1]].said in COUNTED):
        return None
    return [following[0]], following[1]


def _number(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int] | None:
    """One number with what is below it: 40(2)(b)(iii), 11.2, 37 b), 40/3."""
    if at >= len(tokens) or tokens[at].kind != "number" or not tokens[at].said or len(tokens[at].said) > 3:
        return None
    if tokens[at].said == "0":
        return None
    parts, position = [tokens[at].said], _past_ordinal(tokens, at + 1)
    while (dotted := _touching(tokens, position, {".", "/"})) is not None and len(parts) < DEEPEST:
        parts.append(dotted)
        position += 2
    if position < len(tokens) and tokens[position].said in {"bis", "ter"}:
        parts[-1] += tokens[position].said
        position += 1
    if subs := _sub_numbers(tokens, position, depth=len(parts)):
        return (*parts, *subs[0]), subs[1]
    return tuple(parts), position


def _past_ordinal(tokens: Sequence[Token], at: int) -> int:
    """Past the º of "37.º"."""
    for length in (2, 1):
        sign = "".join(token.raw for token in tokens[at : at + length])
        if sign in {".º", ".°", "º", "°"}:
            return at + length
    return at


def _touching(tokens: Sequence[Token], at: int, signs: set[str]) -> str | None:
    """The number glued on by a dot or stroke: the 2 of "11.2"; a sentence that ends with a number has none."""
    if at + 1 < len(tokens) and tokens[at].said in signs and tokens[at].start == tokens[at - 1].end:
        following = tokens[at + 1]
        if following.kind == "number" and following.start == tokens[at].end and 0 < len(following.said) <= 2:
            return following.said
        if tokens[at].said == "." and following.start == tokens[at].end and following.said in {"a", "b", "c", "d", "e"}:
            return following.said
    return None


def _sub_numbers(tokens: Sequence[Token], at: int, *, depth: int) -> tuple[tuple[str, ...], int] | None:
    """What stands in parentheses, or before a closing one, after a number: (2), (b), (iii), b), (ب); or ", para. 3"."""
    found: list[str] = []
    position = at
    while depth + len(found) < DEEPEST:
        if (label := _label(tokens, position + 1)) and tokens[position].said == "(" and _is(tokens, position + 2, ")"):
            found.append(label)
            position += 3
        elif (label := _label(tokens, position)) and _is(tokens, position + 1, ")"):
            found.append(label)
            position += 2
        elif (below := _below(tokens, position)) is not None:
            found.append(below[0])
            position = below[1]
        else:
            break
    return (tuple(found), position) if found else None


def _below(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """A paragraph named after its article: ", para. 3", "§ 3", "inciso b"."""
    position = at
    while position < len(tokens) and position < at + 2 and tokens[position].said in {",", "،", "(", "."}:
        position += 1
    if position < len(tokens) and tokens[position].said in PARAGRAPHS:
        position += 1
        if _is(tokens, position, "."):
            position += 1
        if label := _label(tokens, position):
            closes = _is(tokens, position + 1, ")")
            return label, position + 1 + closes
    return None


def _label(tokens: Sequence[Token], at: int) -> str | None:
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.kind == "number" and 0 < len(token.said) <= 2:
        return token.said
    if token.kind == "word" and (len(token.raw) == 1 or token.said in ROMAN):
        return token.said
    return None


def _is(tokens: Sequence[Token], at: int, sign: str) -> bool:
    return at < len(tokens) and tokens[at].said == sign


def numbers_after_name(tokens: Sequence[Token], at: int, *, instrument: Instrument, short: bool) -> Numbers | None:
    """The numbers that follow the name of an instrument: CRC, arts. 37 and 40; GC 24 para. 22; Beijing Rules 11."""
    position = at
    position = _past_year(tokens, position)
    while (
        position < len(tokens)
        and position < at + 5
        and tokens[position].said in {",", "،", ":", "(", ")", "'", "’", "s"}
    ):
        position += 1
    position = _past_year(tokens, position)
    if position < len(tokens) and is_marker(tokens[position]):
        return numbers_after_marker(tokens, position)
    if position != at and not (position == at + 1 and tokens[at].said == ","):
        return None
    return _bare(tokens, position, instrument, short=short, comma=position != at)


def _bare(tokens: Sequence[Token], at: int, instrument: Instrument, *, short: bool, comma: bool) -> Numbers | None:
    """A number right after the name: one that can be nothing else."""
    many = instrument.unit in ("rule", "target") and not comma
    found = _list_of(tokens, at, many=many)
    if found is None or (found.after < len(tokens) and tokens[found.after].said in COUNTED):
        return None
    if instrument.unit in ("rule", "target") and not comma:
        return found
    is_precise = all(len(number) > 1 for number in found.numbers)
    return found if is_precise and instrument.unit == "article" and (short or not comma) else None


def _past_year(tokens: Sequence[Token], at: int) -> int:
    inside = tokens[at : at + 3]
    if len(inside) == 3 and inside[0].said == "(" and inside[1].kind == "number" and len(inside[1].raw) == 4:
        return at + 3 if inside[2].said == ")" else at
    return at


def written(number: tuple[str, ...], instrument: Instrument) -> str | None:
    """A number as it is kept: 40(2)(b) of an article, 11.2 of a rule; None when the instrument has no such number."""
    first, *below = number
    digits = "".join(letter for letter in first if letter.isdigit())
    if not digits or (instrument.last is not None and int(digits) > instrument.last):
        return None
    if instrument.unit in ("rule", "target", "principle"):
        dotted = ""
        while below and (below[0].isdigit() or instrument.unit == "target"):
            dotted += f".{below.pop(0)}"
        first += dotted
    return (first + "".join(f"({part})" for part in below))[:30]
