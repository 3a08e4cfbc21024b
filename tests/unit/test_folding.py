"""The author's words against everything mail programs put around them."""

from __future__ import annotations

import time

import pytest

from forum.inbound.comparing import Sent, words_of
from forum.inbound.folding import fold
from tests.unit.replies import OWN, SENT, replies

REPLIES = list(replies())
ANSWERED_BETWEEN_THE_LINES = "inline"


def lost(own: str, wanted: str) -> list[str]:
    """Words of the author that do not stand in what we take for theirs, in their order."""
    standing = iter(words_of(own))
    return [word for word in words_of(wanted) if word not in standing]


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: f"{reply.language} {reply.name}")
@pytest.mark.parametrize("known", [True, False], ids=["known", "forgotten"])
def test_no_word_of_the_author_is_lost(reply, known):
    folded = fold(reply.text, Sent([SENT[reply.language]]) if known else None)
    assert lost(folded.own, " ".join(reply.own)) == []
    everything = words_of(folded.own) + words_of(folded.rest)
    assert sorted(everything) == sorted(words_of(reply.text)), "fold, never delete"


def test_hardly_any_of_what_they_answered_is_left_standing():
    left = put_around = 0
    for reply in REPLIES:
        if ANSWERED_BETWEEN_THE_LINES in reply.name:
            continue  # the points they answer stay where they are
        folded = fold(reply.text, Sent([SENT[reply.language]]))
        theirs = len(words_of(" ".join(reply.own))) + reply.text.count("word ")
        put_around += len(words_of(reply.text)) - theirs
        left += len(words_of(folded.own)) - theirs
    print(f"{len(REPLIES)} replies: {left} of {put_around} quoted words were left unfolded")
    assert left / put_around < 0.01


@pytest.mark.parametrize("language", SENT)
def test_points_that_are_answered_stay_above_their_answers(language):
    reply = next(r for r in REPLIES if r.language == language and r.name == "gmail inline")
    own = fold(reply.text, Sent([SENT[language]])).own
    first, second = OWN[language]
    question = SENT[language].split("\n\n")[2].split("\n")[0]
    assert own.index(first) < own.index(f"> {question}") < own.index(second)


def test_a_quotation_of_the_authors_own_choice_is_theirs():
    text = "Article 37 says it:\n\n> Every child deprived of liberty shall be treated with humanity\n\nSo let us count."
    assert fold(text, Sent([SENT["en"]])).own == text


def test_words_about_who_wrote_what_are_no_heading():
    text = (
        "In 2019 the Committee wrote:\nStates should count.\n\nFrom: our side nothing else.\nTo: be continued, we hope."
    )
    assert fold(text, Sent([SENT["en"]])).own == text


@pytest.mark.parametrize(
    ("language", "attribution"),
    [
        ("en", "On Nov 26, Ana Quispe wrote:"),
        ("en", "On Thursday, 26 November 2026, Ana Quispe via Justice\nWith Children wrote:"),
        ("es", "El jue, 26 nov 2026, Ana Quispe escribió:"),
        ("fr", "Le 26 nov. 2026, Ana Quispe a écrit\u00a0:"),
        ("pt", "Em 26 de nov. de 2026, Ana Quispe escreveu:"),
        ("ar", "في ٢٦ نوفمبر، كتب Ana Quispe:"),
        ("ru", "26 ноября 2026 г. Ана Киспе написала:"),
        ("en", "Am 26.11.2026 schrieb Ana Quispe:"),
        ("en", "Il 26 nov 2026, Ana Quispe ha scritto:"),
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["known", "forgotten"])
def test_a_day_without_a_time_announces_a_quotation_of_ours(language, attribution, known):
    quoted = "\n".join(f"> {line}".rstrip() for line in SENT[language].split("\n"))
    folded = fold(f"Yes.\n\n{attribution}\n\n{quoted}", Sent([SENT[language]]) if known else None)
    assert folded.own == "Yes." and folded.quoted.startswith(attribution)


@pytest.mark.parametrize("said", ["On 3 May 2019 the Committee wrote:", "El 3 de mayo el Comité escribió:"])
def test_a_day_above_what_we_did_not_send_announces_a_quotation_of_the_authors_own(said):
    text = f"{said}\n\n> Every child deprived of liberty shall be treated with humanity\n\nSo let us count."
    assert fold(text, Sent([SENT["en"]])).own == text


def test_a_line_of_two_hyphens_above_much_text_is_no_signature():
    long = "\n".join(f"Paragraph {number} of what I have to say about it." for number in range(30))
    assert "Paragraph 29" in fold(f"First.\n--\n{long}").own


def test_what_is_passed_on_is_folded_where_nothing_was_sent():
    forwarded = "See this.\n\n---------- Forwarded message ---------\nFrom: X <x@example.org>\nDate: Fri, 3 May 2024\nSubject: Y\n\nTheir words."
    folded = fold(forwarded, Sent())
    assert folded.own == "See this." and "Their words." in folded.quoted
    assert fold(forwarded.partition("\n\n")[2], Sent()).own == ""


def test_short_answers_that_we_said_ourselves_are_not_taken_for_ours():
    sent = Sent(["Shall we count? Yes or no?\n\nAnd who brings the bucket? Ana or Bao?"])
    text = "From: Forum <f@example.org>\nSent: Friday\nTo: Bao\n\nShall we count? Yes or no?\n\nYes\n\nAnd who brings the bucket? Ana or Bao?\n\nBao"
    assert fold(text, sent).own.split() == ["Yes", "Bao"]


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "word ",
        ">",
        "> ",
        "> word\n",
        "On ",
        "On Fri 10:02 ",
        "From: x\n",
        "From: x\nTo: y\n",
        "-----Original Message-----\n",
        "--\n",
        "Sent from my iPhone\n",
        "Sent from my iPhone\n\n\n",
        "wrote:\n",
        "1: ",
        "\n",
        " \n",
        "https://",
        "<http:",
        "confidential intended recipient " * 5 + "\n\n",
        "How do you measure it? ",
        "we we we ",
    ],
)
@pytest.mark.slow
def test_time_grows_with_the_length_and_not_faster(piece):
    """Eight times as much takes about eight times as long; with a square it would be sixty-four."""
    sent = Sent([SENT["en"], "we " * 3000])

    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        return min(_timed(text, sent) for _ in range(3))

    small, large = seconds(12_000), seconds(96_000)
    assert large < 30 * max(small, 0.0005)


def _timed(text: str, sent: Sent) -> float:
    began = time.process_time()
    fold(text, sent)
    fold(text, None)
    return time.process_time() - began
