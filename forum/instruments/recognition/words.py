"""The small words around numbers of law, in five languages: what they are numbers of, and what joins them."""

from __future__ import annotations

from forum.instruments.recognition.tokens import spelled


def _words(listed: str) -> frozenset[str]:
    return frozenset(map(spelled, listed.split()))


ARTICLES = _words(
    "article articles art arts articulo articulos artigo artigos مادة المادة المادتين المادتان مادتين المواد مواد"
)
PARAGRAPHS = _words(
    "paragraph paragraphs para paras par pars parrafo parrafos parr parrs paragraphe paragraphes paragrafo paragrafos § ¶ "
    "الفقره فقره الفقرات الفقرتين الفقرتان alinea alineas inciso incisos numeral numerales subparagraph subparagraphs "
    "apartado apartados letra letras lettre lettres"
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
BELOW = frozenset({"الفرعيه"})  # "sub-" of «الفقرة الفرعية (ب)», which stands after its word
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
#: How many small words may stand between a number and what it is of.
MOST_SMALL_WORDS = 7
