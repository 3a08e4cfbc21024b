"""Law read in the sentences of five languages: what is a citation, of what, and what only looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.instruments.recognition import citations_in
from forum.instruments.vocabulary import KINDS, UNITS, all_instruments

#: A text, and what it cites: codes, each with its provisions after a blank.
CITES = [
    # English
    ("CRC art. 40(3)", "CRC 40(3)"),
    ("CRC, arts. 37 and 40", "CRC 37 40"),
    ("CRC Art 12", "CRC 12"),
    ("CRC 40(3)", "CRC 40(3)"),
    ("UNCRC article 3", "CRC 3"),
    ("Article 37(b) of the Convention on the Rights of the Child", "CRC 37(b)"),
    ("article 40 (2) (b) (iii) of the Convention on the Rights of the Child", "CRC 40(2)(b)(iii)"),
    ("articles 37 and 40 of the UN Convention on the Rights of the Child", "CRC 37 40"),
    ("articles 2, 3, 6 and 12 of the Convention on the Rights of the Child", "CRC 2 3 6 12"),
    ("articles 37-40 of the CRC", "CRC 37 38 39 40"),
    ("articles 37 to 39 of the CRC", "CRC 37 38 39"),
    ("Article 37(b) and (c) of the CRC", "CRC 37(b) 37(c)"),
    ("paragraph 3 of article 40 of the CRC", "CRC 40(3)"),
    ("article 40, paragraph 3, of the CRC", "CRC 40(3)"),
    ("Art. 40.3 CRC", "CRC 40(3)"),
    ("Convention on the Rights of the Child (CRC), article 12", "CRC 12"),
    ("the Convention on the\nRights of the Child", "CRC"),
    ("CONVENTION ON THE RIGHTS OF THE CHILD", "CRC"),
    ("the CRC, article 24 of the ICCPR", "CRC | ICCPR 24"),
    ("CRC art. 37 and ICCPR art. 10", "CRC 37 | ICCPR 10"),
    ("GC 24 para. 22", "GC24 22"),
    ("GC24", "GC24"),
    ("GC No. 24, paras. 22 and 25", "GC24 22 25"),
    ("General comment No. 24", "GC24"),
    ("General Comment 24 (2019), para. 6(c)", "GC24 6(c)"),
    ("general comment no 14", "GC14"),
    ("CRC General Comment No. 12, § 32", "GC12 32"),
    ("CRC/C/GC/24, para. 8", "GC24 8"),
    ("para. 22 of General comment No. 24", "GC24 22"),
    ("paragraphs 22-24 of GC 24", "GC24 22 23 24"),
    ("General comments Nos. 10 and 24", "GC10 | GC24"),
    ("General comment No. 10 and general comment No. 24", "GC10 | GC24"),
    ("Beijing Rules 11", "BEIJING 11"),
    ("rule 11.2 of the Beijing Rules", "BEIJING 11.2"),
    ("Beijing Rules, rule 17.1(b)", "BEIJING 17.1(b)"),
    ("Beijing Rules 11 and 13.", "BEIJING 11 13"),
    ("the United Nations Standard Minimum Rules for the Administration of Juvenile Justice", "BEIJING"),
    ("the Havana Rules", "HAVANA"),
    ("Havana Rules, rules 17-18", "HAVANA 17 18"),
    ("Riyadh Guidelines, para. 52", "RIYADH 52"),
    ("the Tokyo Rules and the Bangkok Rules", "TOKYO | BANGKOK"),
    ("Bangkok rule", ""),
    ("Bangkok Rules, rule 36", "BANGKOK 36"),
    ("Nelson Mandela Rules, rule 43", "MANDELA 43"),
    ("Mandela Rule 43", ""),
    ("article 10(2)(b) ICCPR", "ICCPR 10(2)(b)"),
    ("International Covenant on Civil and Political Rights, article 14 (4)", "ICCPR 14(4)"),
    ("CAT art. 14", "CAT 14"),
    ("the Convention against Torture", "CAT"),
    ("article 2 of the Convention against Torture and Other Cruel, Inhuman or Degrading Treatment or Punishment", "CAT 2"),
    ("art. 6 ECHR", "ECHR 6"),
    ("ECHR, Article 5(1)(d)", "ECHR 5(1)(d)"),
    ("the European Convention on Human Rights", "ECHR"),
    ("ACRWC art. 17", "ACRWC 17"),
    ("article 30 of the African Charter on the Rights and Welfare of the Child", "ACRWC 30"),
    ("ACHR article 19", "ACHR 19"),
    ("American Convention on Human Rights, art. 19", "ACHR 19"),
    ("UN Model Strategies, para. 31", "MODEL-STRATEGIES 31"),
    ("ECOSOC Resolution 2005/20", "ECOSOC-2005-20"),
    ("ECOSOC 2005/20, para. 19", "ECOSOC-2005-20 19"),
    ("Guidelines on Justice in Matters involving Child Victims and Witnesses of Crime", "ECOSOC-2005-20"),
    ("the Global Study on Children Deprived of Liberty", "GLOBAL-STUDY"),
    ("the Global Study found", "GLOBAL-STUDY"),
    ("Council of Europe Guidelines on child-friendly justice (2010), para. 19", "COE-GUIDELINES 19"),
    ("Council of Europe Guidelines 2010", "COE-GUIDELINES"),
    ("EU Directive 2016/800", "EU-2016-800"),
    ("Directive (EU) 2016/800, article 11", "EU-2016-800 11"),
    ("Article 6 of Directive 2016/800", "EU-2016-800 6"),
    ("Directive 2012/29/EU", "EU-2012-29"),
    ("SDG 16.3", "SDG 16.3"),
    ("SDGs 5 and 16", "SDG 5 16"),
    ("SDG 16+", "SDG 16"),
    ("target 16.3 of the Sustainable Development Goals", "SDG 16.3"),
    ("SDG target 16.2", "SDG 16.2"),
    ("the Vienna Guidelines", "ECOSOC-1997-30"),
    ("the Optional Protocol on a communications procedure", "OPIC"),
    ("CRPD art. 13", "CRPD 13"),
    # Spanish
    ("el artículo 37 b) de la Convención sobre los Derechos del Niño", "CRC 37(b)"),
    ("los artículos 37 y 40 de la CDN", "CRC 37 40"),
    ("art. 40.3 de la Convención sobre los Derechos del Niño", "CRC 40(3)"),
    ("Convención sobre los Derechos del Niño, artículo 12", "CRC 12"),
    ("artículo 40, párrafo 3, de la Convención sobre los Derechos del Niño", "CRC 40(3)"),
    ("el inciso b del artículo 37 de la CDN", "CRC 37(b)"),
    ("Observación general núm. 24", "GC24"),
    ("Observación General N.º 24 (2019), párr. 22", "GC24 22"),
    ("párrafo 22 de la Observación General No. 24", "GC24 22"),
    ("la regla 11 de las Reglas de Beijing", "BEIJING 11"),
    ("Reglas de Pekín", "BEIJING"),
    ("Reglas de La Habana, regla 12", "HAVANA 12"),
    ("Directrices de Riad", "RIYADH"),
    ("Reglas de Tokio", "TOKYO"),
    ("Reglas de Bangkok", "BANGKOK"),
    ("Reglas Nelson Mandela", "MANDELA"),
    ("artículo 10 del PIDCP", "ICCPR 10"),
    ("artículo 19 de la Convención Americana sobre Derechos Humanos", "ACHR 19"),
    ("artículo 19 de la CADH", "ACHR 19"),
    ("Convención contra la Tortura", "CAT"),
    ("ODS 16.3", "SDG 16.3"),
    ("Directiva (UE) 2016/800, artículo 4", "EU-2016-800 4"),
    # French
    ("l’article 12 de la Convention relative aux droits de l’enfant", "CRC 12"),
    ("articles 37 b) et 40 de la CIDE", "CRC 37(b) 40"),
    ("l'article 40, par. 3, de la Convention internationale des droits de l'enfant", "CRC 40(3)"),
    ("art. 3 CDE", "CRC 3"),
    ("Observation générale n° 24, par. 22", "GC24 22"),
    ("l'Observation générale no 24 (2019)", "GC24"),
    ("paragraphe 22 de l'Observation générale n° 24", "GC24 22"),
    ("règle 11.2 des Règles de Beijing", "BEIJING 11.2"),
    ("Règles de La Havane", "HAVANA"),
    ("Principes directeurs de Riyad", "RIYADH"),
    ("Règles de Tokyo", "TOKYO"),
    ("Règles Nelson Mandela, règle 43", "MANDELA 43"),
    ("article 10 du PIDCP", "ICCPR 10"),
    ("article 17 de la Charte africaine des droits et du bien-être de l’enfant", "ACRWC 17"),
    ("article 17 de la CADBE", "ACRWC 17"),
    ("ODD 16.3", "SDG 16.3"),
    ("Directive (UE) 2016/800", "EU-2016-800"),
    ("Lignes directrices du Conseil de l'Europe", "COE-GUIDELINES"),
    # Portuguese
    ("artigo 40 da Convenção sobre os Direitos da Criança", "CRC 40"),
    ("os artigos 37.º e 40.º da Convenção sobre os Direitos da Criança", "CRC 37 40"),
    ("Comentário Geral n.º 24", "GC24"),
    ("Comentário geral n.º 24, parágrafo 22", "GC24 22"),
    ("regra 11 das Regras de Beijing", "BEIJING 11"),
    ("Regras de Pequim", "BEIJING"),
    ("Regras de Havana", "HAVANA"),
    ("Regras de Tóquio", "TOKYO"),
    ("Diretrizes de Riade", "RIYADH"),
    ("Regras de Mandela", "MANDELA"),
    ("Diretiva (UE) 2016/800", "EU-2016-800"),
    ("Objetivos de Desenvolvimento Sustentável", "SDG"),
    # Arabic
    ("المادة 40 من اتفاقية حقوق الطفل", "CRC 40"),
    ("«المادة 40 من اتفاقية حقوق الطفل»", "CRC 40"),
    ("المادة ٤٠ (٣) من اتفاقية حقوق الطفل", "CRC 40(3)"),
    ("المادة 37 (ب) من اتفاقية حقوق الطفل", "CRC 37(ب)"),
    ("المادتان ٣٧ و٤٠ من اتفاقية حقوق الطفل", "CRC 37 40"),
    ("المواد 2 و3 و12 من الاتفاقية الدولية لحقوق الطفل", "CRC 2 3 12"),
    ("والفقرة 3 من المادة 40 من اتفاقية حقوق الطفل", "CRC 40(3)"),
    ("اتِّفاقيَّة حُقوق الطِّفل", "CRC"),
    ("وفقا لاتفاقية حقوق الطفل", "CRC"),
    ("التعليق العام رقم 24", "GC24"),
    ("التعليق العام رقم ٢٤، الفقرة ٢٢", "GC24 22"),
    ("الفقرة 22 من التعليق العام رقم 24", "GC24 22"),
    ("القاعدة 11 من قواعد بكين", "BEIJING 11"),
    ("قواعد هافانا ومبادئ الرياض التوجيهية", "HAVANA | RIYADH"),
    ("قواعد طوكيو وقواعد بانكوك", "TOKYO | BANGKOK"),
    ("قواعد نيلسون مانديلا", "MANDELA"),
    ("المادة 14 من العهد الدولي الخاص بالحقوق المدنية والسياسية", "ICCPR 14"),
    ("الميثاق الأفريقي لحقوق الطفل ورفاهيته، المادة 17", "ACRWC 17"),
    ("اتفاقية مناهضة التعذيب", "CAT"),
    ("أهداف التنمية المستدامة", "SDG"),
    # Joined: what comes after "and" is of the instrument named after it
    ("CRC art. 40(3) and art. 37 of the CRC", "CRC 40(3) | CRC 37"),
    ("CRC art. 40(3) as well as article 10 of the ICCPR", "CRC 40(3) | ICCPR 10"),
    ("CRC art. 40 and article 10 ICCPR", "CRC 40 | ICCPR 10"),
    ("CRC, arts. 37 and 40, and rule 11 of the Beijing Rules", "CRC 37 40 | BEIJING 11"),
    ("CRC art. 40(3), art. 37 and art. 12", "CRC 40(3) 37 12"),
    ("CRC art. 40(3) and art. 99 of the CRC", "CRC 40(3) | CRC"),
    ("CRC art. 40 and article 5 of the Constitution", "CRC 40"),
    ("CRC art. 40 and para. 22 of GC 24", "CRC 40 | GC24 22"),
    ("rule 11 and article 37 of the CRC", "CRC 37"),
    ("article 37 and article 40 of the CRC", "CRC 37 40"),
    ("CDN art. 40.3 y artículo 37 de la CDN", "CRC 40(3) | CRC 37"),
    ("CDN, artículo 40 y el artículo 10 del PIDCP", "CRC 40 | ICCPR 10"),
    ("el artículo 37 y el artículo 40 de la CDN", "CRC 37 40"),
    ("la regla 11 de las Reglas de Beijing y el artículo 37 de la CDN", "BEIJING 11 | CRC 37"),
    ("CIDE art. 40 et article 37 de la CIDE", "CRC 40 | CRC 37"),
    ("CIDE, article 40 et l’article 10 du PIDCP", "CRC 40 | ICCPR 10"),
    ("l'article 37 et l'article 40 de la CIDE", "CRC 37 40"),
    ("Convenção sobre os Direitos da Criança, artigo 40 e artigo 37 da Convenção sobre os Direitos da Criança",
     "CRC 40 | CRC 37"),
    ("Regras de Pequim, regra 11 e artigo 37 da Convenção sobre os Direitos da Criança", "BEIJING 11 | CRC 37"),
    ("o artigo 37 e o artigo 40 da Convenção sobre os Direitos da Criança", "CRC 37 40"),
    ("اتفاقية حقوق الطفل، المادة 40 والمادة 37 من اتفاقية حقوق الطفل", "CRC 40 | CRC 37"),
    ("اتفاقية حقوق الطفل، المادة 40 والمادة 14 من العهد الدولي الخاص بالحقوق المدنية والسياسية", "CRC 40 | ICCPR 14"),
    ("المادة 40 والمادة 37 من اتفاقية حقوق الطفل", "CRC 40 37"),
    # Paragraphs of articles, joined
    ("paragraph 3 of article 40 and article 37 of the CRC", "CRC 40(3) 37"),
    ("article 37(b) and paragraph 2 of article 40 of the CRC", "CRC 37(b) 40(2)"),
    ("CRC 37(b) and paragraph 2 of article 40", "CRC 37(b) 40(2)"),
    ("CRC art. 37(b) and paragraph 2 of article 40", "CRC 37(b) 40(2)"),
    ("CRC art. 37(b) and paragraph 2 of article 10 of the ICCPR", "CRC 37(b) | ICCPR 10(2)"),
    ("paragraphs 2 and 3 of article 40 of the CRC", "CRC 40(2) 40(3)"),
    ("paragraph 3 of articles 37 and 40 of the CRC", "CRC 37 40"),
    ("paragraph 2(b) of article 40 and paragraph 1 of article 37 of the CRC", "CRC 40(2)(b) 37(1)"),
    ("article 37(b), paragraph 2 of article 40 and article 12 of the CRC", "CRC 37(b) 40(2) 12"),
    ("subparagraph (b) of paragraph 2 of article 40 of the CRC", "CRC 40(2)(b)"),
    ("paragraph 2 of rule 11 and article 37 of the CRC", "CRC 37"),
    ("el párrafo 3 del artículo 40 y el artículo 37 de la CDN", "CRC 40(3) 37"),
    ("el artículo 37 b) y el párrafo 2 del artículo 40 de la CDN", "CRC 37(b) 40(2)"),
    ("los párrafos 2 y 3 del artículo 40 de la CDN", "CRC 40(2) 40(3)"),
    ("la letra b) del artículo 37 de la CDN", "CRC 37(b)"),
    ("CDN, artículo 37 b) y párrafo 2 del artículo 40", "CRC 37(b) 40(2)"),
    ("le paragraphe 3 de l’article 40 et l’article 37 de la CIDE", "CRC 40(3) 37"),
    ("l'article 37 b) et le paragraphe 2 de l'article 40 de la CIDE", "CRC 37(b) 40(2)"),
    ("les paragraphes 2 et 3 de l'article 40 de la CIDE", "CRC 40(2) 40(3)"),
    ("CIDE, article 37 b) et paragraphe 2 de l'article 40", "CRC 37(b) 40(2)"),
    ("o parágrafo 3 do artigo 40 e o artigo 37 da Convenção sobre os Direitos da Criança", "CRC 40(3) 37"),
    ("o artigo 37(b) e o parágrafo 2 do artigo 40 da Convenção sobre os Direitos da Criança", "CRC 37(b) 40(2)"),
    ("os parágrafos 2 e 3 do artigo 40 da Convenção sobre os Direitos da Criança", "CRC 40(2) 40(3)"),
    ("الفقرة 3 من المادة 40 والمادة 37 من اتفاقية حقوق الطفل", "CRC 40(3) 37"),
    ("المادة 37 (ب) والفقرة 2 من المادة 40 من اتفاقية حقوق الطفل", "CRC 37(ب) 40(2)"),
    ("الفقرتان 2 و3 من المادة 40 من اتفاقية حقوق الطفل", "CRC 40(2) 40(3)"),
    ("اتفاقية حقوق الطفل، المادة 37 (ب) والفقرة 2 من المادة 40", "CRC 37(ب) 40(2)"),
    ("الفقرة الفرعية (ب) من المادة 37 من اتفاقية حقوق الطفل", "CRC 37(ب)"),
    # Not law, or not ours
    ("a CAT scan of the child", ""),
    ("the cat sat on article 5", ""),
    ("article 5 of the Constitution", ""),
    ("rule 11", ""),
    ("the Convention", ""),
    ("CRC/C/155", "")
    ,
    ("see https://example.org/docs/CRC/2.pdf", ""),
    ("CRC-155", ""),
    ("crc art. 3", ""),
    ("CRC 30 years on", "CRC"),
    ("CRC art. 99", "CRC"),
    ("the Beijing Rules 40 years on", "BEIJING"),
    ("the Beijing Rules (1985)", "BEIJING"),
    ("GC 99", ""),
    ("GC", ""),
    ("gc 24", ""),
    ("General comment No. 20 of the Human Rights Committee", ""),
    ("Human Rights Committee, general comment No. 21", ""),
    ("CCPR/C/GC/21", ""),
    ("Joint general comment No. 4 (CMW) and No. 23 (CRC)", "GC23"),
    ("a general comment about 24 children", ""),
    ("the ECHR ruled", ""),
    ("a global study of prisons", ""),
    ("the sustainable development of goals", ""),
    ("Directive 2016/801", ""),
    ("las reglas de juego", ""),
    ("المادة 5 من الدستور", ""),
    ("CRC.\n\nArticle 4 of the statute", "CRC"),
    ("in 2016/800 cases", ""),
    ("", ""),
]  # fmt: skip


def said(text: str) -> str:
    """What a text cites, as the table writes it."""
    return " | ".join(" ".join((found.code, *found.provisions)) for found in citations_in(text))


def test_the_table_is_as_long_as_promised():
    assert len(CITES) >= 120
    assert len({text for text, _cites in CITES}) == len(CITES)


@pytest.mark.parametrize("text,cites", CITES, ids=[text[:60] or "nothing" for text, _cites in CITES])
def test_a_text_cites_what_a_reader_would_say_it_cites(text, cites):
    assert said(text) == cites


@pytest.mark.parametrize("text,cites", [c for c in CITES if c[1] and "\n\n" not in c[0]])
def test_a_citation_is_found_in_the_middle_of_other_words(text, cites):
    assert said(f"Foo bar — {text}; quux.") == cites


def test_the_place_of_a_citation_is_what_a_link_should_cover():
    text = "As article 37(b) of the Convention on the Rights of the Child says, and (GC 24 para. 22)."
    assert [text[c.start : c.end] for c in citations_in(text)] == [
        "article 37(b) of the Convention on the Rights of the Child",
        "GC 24 para. 22",
    ]


def test_joined_citations_are_a_link_each():
    text = "See CRC art. 40(3) and art. 37 of the CRC."
    assert [text[c.start : c.end] for c in citations_in(text)] == ["CRC art. 40(3)", "art. 37 of the CRC"]


def test_every_instrument_is_found_by_each_of_its_names_and_forms():
    lost = {
        (code, name)
        for code, instrument in all_instruments().items()
        for name in (*instrument.names.values(), *instrument.abbreviations, *instrument.forms)
        if code not in {found.code for found in citations_in(f"see {name}.")}
    }
    assert lost == set()


def test_every_instrument_is_whole():
    for code, instrument in all_instruments().items():
        assert set(instrument.names) == {"en", "es", "fr", "ar", "pt"}, code
        assert instrument.unit in UNITS and instrument.kind in KINDS
        assert (len(code) <= 40 and instrument.url is None) or instrument.url.startswith("https://")


HOSTILE = {
    "markers": "article 1, ",
    "chains": "article 1 of ",
    "half a name": "convention on the rights of ",
    "small words": "articles 1 of the united nations ",
    "parentheses": "art. 40(",
    "comments": "general comments nos. 1 and ",
    "lists": "articles 1 and 2 and ",
    "blank lines": "\n ",
    "joined": "CRC art. 1 and the art. ",
    "outward": "paragraph 1 of article 1 and ",
    "outward and on": "para. 1 of para. 1 of para. 1, and ",
    "joined at length": "art. 1 and art. 2, and the ",
    "one word": "a",
    "one number": "1",
    "marks": "a\u0301\u0301",
    "Arabic": "والمادة ",
    "abbreviations": "CRC ",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_with_length_and_no_faster(kind):
    piece = HOSTILE[kind]

    def seconds(letters: int) -> float:
        text = piece * (letters // len(piece))
        took = []
        for _attempt in range(3):
            began = time.process_time()
            citations_in(text)
            took.append(time.process_time() - began)
        return min(took)

    short = seconds(5_000)
    # four times the text may take a little over four times as long; quadratic work would take sixteen
    assert seconds(20_000) <= max(9 * short, 0.02)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([text for text, _ in CITES] + ["(", ")", ",", " ", "1", "المادة", "art.", "\n\n"]), max_size=8
    )
)
def test_citations_never_overlap_and_lie_within_the_text(parts):
    text = " ".join(parts)
    position = 0
    for found in citations_in(text):
        assert position <= found.start < found.end <= len(text)
        assert found.code in all_instruments()
        position = found.end
