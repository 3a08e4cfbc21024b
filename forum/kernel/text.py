"""What members write, made into HTML that can be trusted. Nothing else in the forum calls a string safe.

Source in, HTML out: CommonMark without raw HTML, then one allow list applied by two sanitisers of different
descent. It happens once, when a text is written; pages show what was stored. See docs/decisions/member-text.md.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import bleach
import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

#: Stored beside each text; moves whenever the same source would give other HTML, so that a job can find the old ones.
RENDERED_BY = "commonmark-2"

#: A post stands below the page's h1 and its own h2.
HEADINGS_DOWN = 2

TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "h3",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
SCHEMES = frozenset({"http", "https", "mailto"})
CLASSES = frozenset({"mention", "reference", "citation"})

# Absolute, or a path of this site; never //elsewhere, and no backslash, which browsers read as a slash.
HREF = re.compile(r"(?:https?://[^\s/\\][^\s\\]*|mailto:[^\s\\]+|/(?![/\\])[^\s\\]*|#[\w-]*)", re.IGNORECASE)
CODE_LANGUAGE = re.compile(r"language-[\w+-]{1,30}", re.ASCII)

#: `@handle`, not inside a word, an address or a path.
MENTION = re.compile(r"(?<![\w@/.:-])@([A-Za-z0-9](?:[A-Za-z0-9_.-]{0,38}[A-Za-z0-9])?)(?![\w@])", re.ASCII)
#: `WC21-BUE19-R03`, `JWC-PAR23` and their like: words and numbers joined by hyphens, a digit among them.
REFERENCE = re.compile(
    r"(?<![\w@/.:-])((?=[\w-]{0,50}\d)[A-Za-z]{2,6}\d{0,4}(?:-[A-Za-z0-9]{1,12}){0,3})(?![\w@-])", re.ASCII
)

#: A line that is words to every parser: it begins with a letter, so no block of CommonMark begins with it; it has no sign
#: that marks anything there or in HTML; its colons and full stops end something, so no address stands in it.
ONLY_WORDS = re.compile(
    r"""[^\W\d_](?:(?:[^\W_]|[ ,;!?()"'\u2018\u2019\u201c\u201d«»\u2013\u2014…¿¡-])++|[.:](?=[\s")]|$))*+(?<! )"""
)

# Everything that is neither text nor a line break or tab; lone surrogates; and the two overrides that can make a
# sentence read backwards (the marks and isolates that right-to-left text needs stay).
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202d\u202e]")

#: From what people wrote, in small letters (handles) or capitals (references), to the addresses of those that exist.
Resolver = Callable[[frozenset[str]], Mapping[str, str]]
#: From a run of words to the places in it that should lead somewhere: beginning, end, address.
Finder = Callable[[str], list[tuple[int, int, str]]]


def nobody(_written: frozenset[str]) -> Mapping[str, str]:
    """A resolver that knows nothing, so that nothing becomes a link."""
    return {}


def nothing(_words: str) -> list[tuple[int, int, str]]:
    """A finder that finds no place."""
    return []


@dataclass(frozen=True)
class Rendered:
    """HTML to store, and whom and what the text names among those that exist."""

    html: str
    handles: frozenset[str]
    references: frozenset[str]


def cleaned(source: str) -> str:
    """The text without what no person types: control characters, NUL, half characters. Line breaks become one kind."""
    return NOT_TEXT.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))


def trusted(html: str) -> Markup:
    """Stored HTML, for a template. Give it only what `render` or `sanitised` returned."""
    return Markup(html)  # noqa: S704  (the one place where it is)


def render(
    source: str, *, members: Resolver = nobody, entries: Resolver = nobody, citations: Finder = nothing
) -> Rendered:
    """Make a member's Markdown into HTML.

    Args:
        source: what they wrote.
        members: asked once, for all handles in it; those it knows become links.
        entries: asked once, for all references in it.
        citations: asked for each run of words that is not a link or code.
    """
    text = cleaned(source)
    words = only_words(text, citations)
    return parsed(text, members, entries, citations) if words is None else Rendered(words, frozenset(), frozenset())


def only_words(text: str, citations: Finder) -> str | None:
    """The HTML of a text that marks, names and cites nothing, as `parsed` gives it in forty times the time.

    Returns:
        None for every other text.
    """
    lines = text.split("\n")
    for line in lines:
        if line and (not ONLY_WORDS.fullmatch(line) or REFERENCE.search(line) or citations(line)):
            return None
    paragraphs = (part.replace("\n", "<br>\n") for part in re.split(r"\n\n+", text.strip("\n")) if part)
    return "".join(f"<p>{part}</p>\n" for part in paragraphs)


def parsed(text: str, members: Resolver, entries: Resolver, citations: Finder) -> Rendered:
    """Read as Markdown, whatever stands in it; `render` says what is what."""
    parser = _parser()
    tokens = parser.parse(text)
    _move_headings(tokens)
    handles, references = _named_in(tokens)
    known = _Known(members(handles) if handles else {}, entries(references) if references else {}, citations)
    for token in tokens:
        if token.children:
            token.children = list(_with_links(token.children, known))
    html = sanitised(parser.renderer.render(tokens, parser.options, {}))
    return Rendered(html, frozenset(known.members), frozenset(known.entries))


@dataclass(frozen=True)
class _Known:
    members: Mapping[str, str]
    entries: Mapping[str, str]
    citations: Finder


@cache
def _parser() -> MarkdownIt:
    """CommonMark, with tables, strike-through and bare links. It holds no state between texts."""
    options = {"html": False, "linkify": True, "breaks": True}
    return MarkdownIt("commonmark", options).enable(["linkify", "table", "strikethrough"])


def _move_headings(tokens: list[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + HEADINGS_DOWN, 6)}"


def _plain(children: list[Token]) -> Iterator[Token]:
    """The words outside of links, where a mention or reference may stand."""
    depth = 0
    for token in children:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "text" and depth == 0:
            yield token


def _named_in(tokens: list[Token]) -> tuple[frozenset[str], frozenset[str]]:
    handles: set[str] = set()
    references: set[str] = set()
    for block in tokens:
        for token in _plain(block.children or []):
            handles.update(name.lower() for name in MENTION.findall(token.content))
            references.update(name.upper() for name in REFERENCE.findall(token.content))
    return frozenset(handles), frozenset(references)


def _with_links(children: list[Token], known: _Known) -> Iterator[Token]:
    depth = 0
    for token in children:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "image":
            # a picture from elsewhere would tell its owner who reads here: it is offered as a link
            yield from (
                _link(str(token.attrGet("src") or ""), token.content or "🖼") if depth == 0 else [_text(token.content)]
            )
        elif token.type == "text" and depth == 0:
            yield from _linked(token.content, known)
        else:
            if token.type == "link_open":
                _mark_as_elsewhere(token)
            yield token


def _linked(words: str, known: _Known) -> Iterator[Token]:
    named = [(m, known.members.get(m[1].lower()), "mention") for m in MENTION.finditer(words)]
    named += [(m, known.entries.get(m[1].upper()), "reference") for m in REFERENCE.finditer(words)]
    found = [(match.start(), match.end(), url, kind) for match, url, kind in named if url is not None]
    found += [(start, end, url, "citation") for start, end, url in known.citations(words)]
    position = 0
    for start, end, url, kind in sorted(found):
        if start < position:
            continue
        yield _text(words[position:start])
        yield from _link(url, words[start:end], kind)
        position = end
    yield _text(words[position:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(url: str, words: str, kind: str = "") -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": url, **({"class": kind} if kind else {})})
    _mark_as_elsewhere(opening)
    return [opening, _text(words), Token("link_close", "a", -1)]


def _mark_as_elsewhere(link: Token) -> None:
    if not str(link.attrGet("href") or "").startswith(("/", "#")):
        link.attrSet("rel", "nofollow ugc noopener")


def _allowed(tag: str, name: str, value: str) -> bool:
    """The allow list for attributes. Both sanitisers ask here."""
    if name == "class":
        known = value in CLASSES if tag == "a" else tag == "code" and CODE_LANGUAGE.fullmatch(value) is not None
        return known
    if tag == "a":
        return HREF.fullmatch(value) is not None if name == "href" else name in ("title", "rel")
    return tag == "ol" and name == "start" and value.isdecimal() and len(value) < 6


_own = threading.local()


def _bleach() -> bleach.Cleaner:
    """bleach's Cleaner keeps state while it works: one for each thread."""
    if not hasattr(_own, "cleaner"):
        _own.cleaner = bleach.Cleaner(
            tags=TAGS, attributes=_allowed, protocols=SCHEMES, strip=True, strip_comments=True
        )
    return _own.cleaner


def sanitised(html: str) -> str:
    """HTML with only what the allow list names. bleach (a browser's parser) first, then nh3 (another one)."""
    return nh3.clean(
        _bleach().clean(html),
        tags=set(TAGS),
        attributes={"a": {"href", "title", "rel", "class"}, "code": {"class"}, "ol": {"start"}},
        attribute_filter=lambda tag, name, value: value if _allowed(tag, name, value) else None,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
