"""What is in the catalogues is sound. That nothing is missing is for `make check`, which `make translations` feeds."""

import json
import re
from pathlib import Path

import pytest

from tests import catalogues

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", ["es", "fr", "ar", "pt"])
def test_translations_use_only_the_placeholders_of_their_sentence(language):
    assert list(catalogues.broken(language)) == []


def test_arabic_counts_as_every_gettext_tool_expects():
    arabic = catalogues.catalogue("ar")
    if arabic is None:
        pytest.skip("no Arabic catalogue has been begun")
    assert "n%100>=11" in arabic.plural_expr.replace(" ", ""), "Run `make translations`: it writes the usual rule."


def test_french_marks_keep_to_their_word():
    """A blank that may break would send « ? » to the next line: before ; : ? ! » and after « stands one that does not."""
    breaks = re.compile(r"\S [;:?!»]|« ")
    found = [
        text
        for entry in catalogues.catalogue("fr") or ()
        if entry.id
        for text in all_forms(entry)
        if breaks.search(text)
    ]
    assert found == [], "Write U+00A0 there in forum/translations/fr/LC_MESSAGES/messages.po."


def all_forms(entry):
    return entry.string if isinstance(entry.string, tuple | list) else (entry.string,)


#: As it is written in Portugal, with what Brazil writes; docs/look.md says why that.
OF_PORTUGAL = {
    r"\w[éó][nm][aeiou]": "ê, ô: acadêmico, econômico, sinônimo, eletrônico, gênero",
    r"\b\w+ámos\b": "-amos",
    r"\bcomité": "comitê",
    r"acç|direcç|protecç|selecç|colecç|secç": "ação, direção, proteção, seleção, coleção, seção",
    r"actual|activ|objectiv|efectiv|project|correct|óptim": "atual, ativo, objetivo, efetivo, projeto, correto, ótimo",
    r"contact|\bfactos?\b": "contato, fato",
    r"receç|deteç|conceç|aspet|perspetiv|respetiv": "recepção, detecção, concepção, aspecto, perspectiva, respectivo",
    r"ficheiro|folha de cálculo|píxel": "arquivo, planilha, pixel",
    r"utilizador": "usuário",
    r"\bequipas?\b": "equipe",
    r"\bregist[oa](s|r|do|da|dos|das)?\b": "registro, registrar",
    r"palavra-passe": "senha",
    r"ecrã|telemóvel|\brato\b": "tela, celular, mouse",
    r"\bgerir\b|\bplanear": "gerenciar, planejar",
    r"(?<!com)partilh|subscri|descarregar": "compartilhar, assinar, baixar",
    r"sítio|\bmorada|apelido|\bligação\b": "site, endereço, sobrenome, conexão",
    r"\best(á|ão|ava|avam|amos) a \w+[aei]r\b|\bcontinua[m]? a \w+[aei]r\b": "-ndo: está fazendo",
    r"\bjá n(ão|ada)\b|noutr": "não … mais, em outro",
    r"\bcorreio\b": "e-mail",
    r"diz porquê|«|»": "por quê; “ and ”",
    r"\baceite\.": "aceito",
}


def test_portuguese_is_written_as_in_brazil():
    """One of two norms, and not both on a page."""
    texts = [text for entry in catalogues.catalogue("pt") or () if entry.id for text in all_forms(entry)]
    assert [(text, instead) for text, instead in of_portugal(texts)] == []


def test_the_terms_the_glossary_prefers_are_those_of_brazil():
    """Its synonyms are in both norms, so that both find."""
    concepts = json.loads((ROOT / "forum/record/data/glossary.json").read_text(encoding="utf-8"))
    assert list(of_portugal(concept["pt"][0] for concept in concepts if concept["pt"])) == []
    assert list(of_portugal(term for concept in concepts for term in concept["pt"][1:])) != []


@pytest.mark.parametrize(
    "said", ["O utilizador guardou o ficheiro", "Está a carregar", "a equipa", "já não existe", "um sinónimo"]
)
def test_the_other_norm_is_known_when_it_is_met(said):
    assert list(of_portugal([said])) != []


def of_portugal(texts):
    for text in texts:
        yield from ((text, instead) for other, instead in OF_PORTUGAL.items() if re.search(other, text, re.IGNORECASE))
