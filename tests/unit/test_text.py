"""What members write comes out as HTML that cannot hurt a reader."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.kernel.text import HREF, TAGS, cleaned, only_words, parsed, render, sanitised, trusted
from tests.pace import paces
from tests.unit.payloads import ELEMENTS, MARKDOWN, SCRIPTS

MAY_CARRY = {"a": {"href", "title", "rel", "class"}, "code": {"class"}, "ol": {"start"}}
VOID = {"br", "hr"}


class Inspector(HTMLParser):
    """Reads HTML as it is and objects to whatever the allow list does not name."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in MAY_CARRY.get(tag, ()), (tag, name)
            if name == "href":
                assert HREF.fullmatch(value), value
            if name == "class":
                assert value in ("mention", "reference") or value.startswith("language-")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError("a comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


def inspect(html):
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    assert not inspector.open, "an element stays open and would swallow the page"
    assert "\x00" not in html


def everyone(names):
    return {name: f"/members/{name}" for name in names}


def every_entry(names):
    return {name: f"/recommendations/{name}" for name in names}


def shown(source):
    return render(source, members=everyone, entries=every_entry).html


def test_the_corpus_is_large():
    assert len(set(MARKDOWN)) >= 80 and len(set(ELEMENTS)) >= 60


@pytest.mark.parametrize("source", MARKDOWN)
def test_nothing_hostile_comes_out_of_markdown(source):
    inspect(shown(source))


@pytest.mark.parametrize("html", [*ELEMENTS, *[f"<a href='{url}'>x</a>" for url in SCRIPTS]])
def test_nothing_hostile_comes_through_the_sanitiser(html):
    once = sanitised(html)
    inspect(once)
    assert sanitised(once) == once


@pytest.mark.parametrize(
    "around", ["> {}", "- {}", "1. {}", "**{}**", "[{}](https://e.example)", "|{}|\n|-|\n|x|", "## {}", "@{}"]
)
def test_nothing_hostile_hides_inside_other_markdown(around):
    for source in MARKDOWN:
        inspect(shown(around.format(source.replace("\n", " "))))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*MARKDOWN, *"<>[]()`*_!&;\"'\n #@:/|~"]), min_size=1, max_size=6))
def test_no_combination_gets_through(parts):
    inspect(shown("".join(parts)))
    inspect(sanitised("".join(parts)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_can_be_shown(source):
    inspect(shown(source))


def every_article(words):
    return [(found.start(), found.end(), "/instruments/CRC") for found in re.finditer(r"art\. \d+", words)]


def as_markdown(text):
    """What the parser and both sanitisers make of a text, though it may be only words."""
    return parsed(text, everyone, every_entry, every_article).html


#: Pieces of a line: most of them mark nothing, but all may where they stand.
PIECES = st.one_of(
    st.sampled_from(
        [*"abzÉñßжب文٣²Ⅷ1209", *" \t,;!?()\"'’“”«»–—…¿¡-.:", "  ", "\n", "\n\n", ". ", ": ", " - ", "--", "1."]
    ),
    st.sampled_from(
        ["www.", "e.com", "mailto:", "UN23", "art. 3", "---", "(c)", "...", "\u00a0", "\u2028", "\u200f", "\u0301"]
    ),
    st.sampled_from([*"*_#>|&<~`@[]\\/=+", "&amp;", "ftp:"]),
    st.characters(categories=("L", "N", "P", "Z", "M", "S")),
)
WORDS = st.from_regex(r"[A-Za-zéüñ]{1,6}[,;:.?!]?( [(\"]?[A-Za-zé'-]{1,6}[.:)\"]?){0,5}", fullmatch=True)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(WORDS, PIECES), max_size=12).map("".join))
def test_only_words_become_what_the_parser_makes_of_them(source):
    text = cleaned(source)
    words = only_words(text, every_article)
    assert words is None or words == as_markdown(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6).map("\n".join), st.sampled_from(["", "\n", "\n\n\nThe end."]))
def test_sentences_are_only_words(lines, end):
    text = lines + end
    assert only_words(text, every_article) in (as_markdown(text), None)
    assert re.search(r"[.:]\w|[A-Za-z]\d", text) or only_words(text, every_article) is not None


@pytest.mark.parametrize(
    "text", ["Ask art. 3 now", "As WC21-BUE19-R03 says", "See www.e.com", "Hi @ana", "1. one", "- a", "a*b*"]
)
def test_what_names_cites_or_marks_something_is_read_by_the_parser(text):
    assert only_words(text, every_article) is None


def test_what_people_write_looks_as_they_meant_it():
    html = shown(
        "# Title\n\nSome *words*, ~~old~~ and https://e.example.\nNext line\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    assert "<h3>Title</h3>" in html and "<em>words</em>" in html and "<s>old</s>" in html and "<td>1</td>" in html
    assert '<a href="https://e.example" rel="nofollow ugc noopener">' in html and "<br>" in html


def test_a_picture_from_elsewhere_becomes_a_link():
    html = shown("![a court](https://e.example/court.png)")
    assert "<img" not in html and ">a court</a>" in html


def test_only_members_and_entries_that_exist_become_links():
    asked = []

    def some_entries(names):
        asked.append(names)
        return {"WC21-BUE19-R03": "/recommendations/WC21-BUE19-R03"}

    made = render(
        "Ask @Ana and @nobody about wc21-bue19-r03, WC21-BUE19-R03 and WC99-X.",
        members=lambda names: {"ana": "/members/ana"} if "ana" in names else {},
        entries=some_entries,
    )
    assert (
        '<a href="/members/ana" class="mention">@Ana</a>' in made.html
        or 'class="mention" href="/members/ana"' in made.html
    )
    assert "@nobody" in made.html and made.html.count("<a ") == 3
    assert made.handles == {"ana"} and made.references == {"WC21-BUE19-R03"}
    assert len(asked) == 1 and "WC99-X" in asked[0]


@pytest.mark.parametrize(
    "source",
    [
        "`@ana`",
        "    @ana",
        "ana@ana.example",
        "[@ana](https://e.example)",
        "https://e.example/@ana",
        "x@ana",
        "```\n@ana WC21\n```",
    ],
)
def test_code_addresses_and_links_are_left_alone(source):
    assert "/members/" not in shown(source) and "/recommendations/" not in shown(source)


def test_what_no_person_types_is_removed():
    assert cleaned("a\x00b\x1b[0m\r\nc\rd\ud800\u202ee") == "ab[0m\nc\nde"
    assert cleaned("سلام\u200f \u2067x\u2069 👩‍⚖️\tok") == "سلام\u200f \u2067x\u2069 👩‍⚖️\tok"


@pytest.mark.parametrize(
    "source",
    [
        "[" * 30_000,
        "> " * 15_000,
        "*a " * 10_000,
        "@" * 30_000,
        "a-" * 15_000,
        "WC21-" * 6_000,
        "|" * 30_000,
        "`" * 30_000,
        "<" * 30_000,
        "www." * 7_500,
        "a@" * 15_000,
    ],
)
def test_a_text_made_to_be_slow_is_not(source):
    assert paces(lambda: inspect(shown(source))) < 1000


def test_trusted_html_is_not_escaped_again():
    assert f"{trusted('<p>x</p>')}" == "<p>x</p>" and trusted("x").__html__() == "x"
