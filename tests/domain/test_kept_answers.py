"""What is kept for an edition of the content: asked once, and anew as soon as anything public has changed."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Flask

from forum.kernel import editions
from forum.kernel.db import db
from forum.kernel.editions import kept_for_an_edition
from tests import make


def test_an_answer_is_kept_until_a_commit_changes_content(app: Flask, cast: SimpleNamespace) -> None:
    asked: list[int] = []

    @kept_for_an_edition
    def question(number: int) -> int:
        asked.append(number)
        return number

    db.session.commit()
    question(1), question(1), question(2)
    assert asked == [1, 2]
    make.post(cast.thread, by=cast.ana)
    db.session.commit()
    question(1)
    assert asked == [1, 2, 1]


def test_a_transaction_that_changes_content_keeps_nothing(app: Flask, cast: SimpleNamespace) -> None:
    asked: list[int] = []

    @kept_for_an_edition
    def question() -> None:
        asked.append(1)

    db.session.commit()
    make.post(cast.thread, by=cast.ana)
    db.session.flush()
    question(), question()
    db.session.rollback()
    question()
    assert len(asked) == 3


def test_only_so_many_answers_are_kept(app: Flask, cast: SimpleNamespace) -> None:
    asked: list[int] = []

    @kept_for_an_edition
    def question(number: int) -> None:
        asked.append(number)

    db.session.commit()
    for number in range(editions.KEPT_ANSWERS + 1):
        question(number)
    question(editions.KEPT_ANSWERS)
    question(0)
    assert asked == [*range(editions.KEPT_ANSWERS + 1), 0]
