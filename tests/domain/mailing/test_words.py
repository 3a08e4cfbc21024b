"""Every state and reason a mail can have is said in words, to its member and to the operator."""

import itertools

import pytest

from forum.inbound.models import Fate, Why
from forum.kernel.mail import Reason, State
from forum.mailing import words
from forum.mailing.models import Act


@pytest.mark.parametrize(("state", "reason"), list(itertools.product(State, Reason)))
def test_each_state_for_each_reason_is_a_sentence(app, state, reason):
    with app.test_request_context():
        said = words.sentence(state, reason)
        assert said.endswith(".") and len(said) > 15
        assert str(words.STATE_LABELS[state]) and str(words.REASON_LABELS[reason])
        assert all(isinstance(deed, words.Deed) for deed in words.to_do(state, reason))


def test_no_two_reasons_of_a_failure_are_said_alike(app):
    with app.test_request_context():
        for state in State:
            assert len({words.sentence(state, reason) for reason in Reason}) == len(Reason)


def test_each_reason_for_a_pause_is_said(app):
    with app.test_request_context():
        for reason in Reason:
            assert words.why_paused(reason).why.endswith(".")


def test_each_fate_each_why_and_each_act_has_a_label(app):
    assert set(words.FATE_LABELS) == set(Fate) and set(words.WHY_LABELS) == set(Why)
    assert set(words.ACT_LABELS) == set(Act)
