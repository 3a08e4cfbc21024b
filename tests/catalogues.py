"""What the catalogues lack: `make translations` prints it, `make check` refuses gaps in the complete languages.

Babel writes Arabic's plural rule with the last two forms the other way round from every gettext tool; `usual_arabic`
puts the usual rule back, so that translators and their programs agree on which form is which.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "forum" / "translations"
COMPLETE = ("es", "fr", "ar", "pt")
KEYWORDS: dict[str, object] = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"), None),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), ((1, "c"), 2)),
}
ARABIC = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
)


def sentences() -> set[tuple[str, ...]]:
    """Every sentence marked for readers, with its plural where it has one."""
    with open(FOLDER / "babel.cfg", encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_ours)  # type: ignore[arg-type]
    return {message if isinstance(message, tuple) else (message,) for _, _, message, _, _ in found}


def _ours(folder: str | Path) -> bool:
    relative = Path(folder).relative_to(ROOT)
    return relative == Path(".") or relative.parts[0] in ("forum", "templates")


def catalogue(language: str) -> Catalog | None:
    """The catalogue of a language, or None while nobody has begun it."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return None
    with open(path, "rb") as file:
        return read_po(file, locale=language)


def missing(language: str) -> Iterator[str]:
    """Sentences without a (certain) translation into this language."""
    known = catalogue(language) or Catalog(locale=language)
    for message in sorted(sentences()):
        entry = known.get(message[0])
        if entry is None or entry.fuzzy:
            yield message[0]
        elif isinstance(entry.string, tuple):
            if not all(entry.string):
                yield message[0]
        elif not entry.string:
            yield message[0]


def broken(language: str) -> Iterator[str]:
    """Translations that lost or invented a placeholder such as %(name)s."""
    for entry in catalogue(language) or ():
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        originals = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        allowed = set().union(*(re.findall(r"%\(\w+\)[sd]", text) for text in originals))
        for text in strings:
            if entry.id and text and not set(re.findall(r"%\(\w+\)[sd]", text)) <= allowed:
                yield f"{originals[0]!r} → {text!r}"


def usual_arabic() -> None:
    """Give ar.po the plural rule every gettext tool uses."""
    path = FOLDER / "ar" / "LC_MESSAGES" / "messages.po"
    if path.exists():
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'"Plural-Forms:(?:.|\n)*?\\n"', f'"Plural-Forms: {ARABIC}\\\\n"', text, count=1))


def tell() -> None:
    """How complete each language is, and the first few sentences it lacks."""
    total = len(sentences())
    for language in ("es", "fr", "ar", "pt"):
        lacking = list(missing(language))
        sys.stdout.write(f"{language}: {total - len(lacking)} of {total} sentences\n")
        for sentence in lacking[:5]:
            sys.stdout.write(f"    {sentence[:90]!r}\n")
        if len(lacking) > 5:
            sys.stdout.write(f"    … and {len(lacking) - 5} more\n")


def refuse_gaps() -> None:
    """Exit with a sentence when a language that is shown in full lacks something."""
    for language in COMPLETE:
        if catalogue(language) is None:
            continue
        if lacking := list(missing(language)):
            sys.exit(
                f"{len(lacking)} sentences have no {language} translation. Run `make translations`, then translate "
                f"them in forum/translations/{language}/LC_MESSAGES/messages.po. The first: {lacking[0]!r}"
            )


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        refuse_gaps()
    else:
        usual_arabic()
        tell()
