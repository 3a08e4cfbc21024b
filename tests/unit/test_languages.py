"""Which language a page is in."""

import pytest

from forum.kernel.languages import guess
from forum.library.languages import languages_of, main_language, may_be

TEXTS = {
    "en": "Every child deprived of liberty shall be treated with humanity and respect for the inherent dignity of the person.",
    "es": "Todo niño privado de libertad será tratado con la humanidad y el respeto que merece la dignidad de la persona.",
    "fr": "Tout enfant privé de liberté est traité avec humanité et avec le respect dû à la dignité de la personne.",
    "pt": "Toda a criança privada de liberdade deve ser tratada com a humanidade e o respeito devidos à dignidade da pessoa.",
    "ar": "يعامل كل طفل محروم من حريته بإنسانية واحترام للكرامة المتأصلة في الإنسان",
    "ru": "Каждый лишенный свободы ребенок пользуется гуманным обращением",
    "th": "เด็กทุกคนที่ถูกลิดรอนเสรีภาพจะได้รับการปฏิบัติด้วยมนุษยธรรม",
    "zh": "所有被剥夺自由的儿童应受到人道待遇",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_enough(language):
    found, sure = guess(TEXTS[language])
    assert found == language and sure >= 0.5


@pytest.mark.parametrize("text", ["", "  \n", "1 2 3", "—"])
def test_nothing_tells_nothing(text):
    assert guess(text) == ("und", 0.0)


def test_a_page_too_short_to_tell_is_in_the_language_of_its_file():
    assert [code for code, _ in languages_of([TEXTS["es"], "Anexo II", TEXTS["ar"]])] == ["es", "es", "ar"]
    assert [code for code, _ in languages_of(["Anexo II"], said="pt")] == ["pt"]


def test_the_main_language_is_that_of_most_pages():
    assert main_language([("es", 1), ("ar", 1), ("es", 1), ("und", 0)]) == "es" and main_language([("und", 0)]) is None


def test_scripts_keep_languages_apart():
    assert may_be("fr", "en") and may_be("qu", "es") and may_be("fa", "ar") and may_be("es", "und")
    assert not may_be("fr", "ar") and not may_be("ar", "en")
