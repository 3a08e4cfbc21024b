"""BibTeX, as BibLaTeX and BibTeX both read it: UTF-8, with the signs TeX means otherwise escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from bibtexparser.writer import write

from forum.citing.citable import Citable, Genre, Name, line

TYPES = {
    Genre.REPORT: "techreport",
    Genre.LAW: "misc",
    Genre.ARTICLE: "article",
    Genre.BRIEF: "techreport",
    Genre.TEACHING: "manual",
    Genre.BROADCAST: "misc",
    Genre.DOCUMENT: "misc",
    Genre.EVENT: "misc",
}
#: The field that names who published it, where the type has a word of its own.
PUBLISHERS = {"techreport": "institution", "article": "journaltitle", "manual": "organization"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LANGUAGES = {"en": "english", "es": "spanish", "fr": "french", "ar": "arabic", "pt": "portuguese", "de": "german"}
ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#",
        "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip


def bibtex(things: Iterable[Citable]) -> str:
    """A file of BibTeX entries."""
    return write(Library([Entry(TYPES[thing.genre], thing.key, list(_fields(thing))) for thing in things]))


def escaped(text: str) -> str:
    """A text in which TeX reads every sign as itself."""
    return line(text).translate(ESCAPES)


def _fields(thing: Citable) -> Iterator[Field]:
    type_ = TYPES[thing.genre]
    for key, people in (("author", thing.authors), ("editor", thing.editors), ("translator", thing.translators)):
        if people:
            yield Field(key, f"{{{' and '.join(map(_name, people))}}}")
    # in double braces: styles must not change the capitals of a title whose language they do not know
    yield Field("title", f"{{{{{escaped(thing.title)}}}}}")
    if thing.issued:
        yield Field("date", f"{{{thing.issued}}}")
        yield Field("year", f"{{{thing.issued[:4]}}}")
        if len(thing.date) > 1:
            yield Field("month", MONTHS[thing.date[1] - 1])
    if type_ == "article" and thing.publisher:
        yield Field("journal", f"{{{escaped(thing.publisher)}}}")
    elif thing.publisher:
        yield Field(PUBLISHERS.get(type_, "publisher"), f"{{{{{escaped(thing.publisher)}}}}}")
    rest = {
        "type": thing.kind_word if type_ == "techreport" else "",
        "howpublished": thing.kind_word if type_ == "misc" else "",
        "eventtitle": thing.event,
        "number": thing.number,
        "location": thing.place,
        "abstract": thing.abstract,
        "keywords": ", ".join(theme.replace(",", " ") for theme in thing.themes),
        "langid": LANGUAGES.get(thing.language, ""),
        "language": ", ".join(thing.languages or (thing.language,)),
        "isbn": thing.isbn,
    }
    for key, text in rest.items():
        if text:
            yield Field(key, f"{{{escaped(text)}}}")
    for key, address in (("doi", thing.doi), ("url", thing.source or thing.url), ("note", "")):
        if address:
            yield Field(key, f"{{{_address(address)}}}")


def _name(name: Name) -> str:
    if name.is_organisation or not name.given:
        return f"{{{escaped(name.text)}}}"  # its commas and its "and" are its own
    return f"{_whole(name.family)}, {_whole(name.given)}"


def _whole(part: str) -> str:
    text = escaped(part)
    return f"{{{text}}}" if " and " in f" {text.lower()} " or "," in text else text


def _address(address: str) -> str:
    """An address stands as it is but for what would end the field."""
    return line(address).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
