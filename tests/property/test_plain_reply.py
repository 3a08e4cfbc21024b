"""A reply that is read without its form says what the form would."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from forum.threads.forms import ReplyForm, plain_reply
from forum.threads.models import Post

BODIES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " \n\t", "We tried.", "a\ufffdb", "x\r\ny\x07  ", "w" * Post.BODY_LENGTH, "w" * (Post.BODY_LENGTH + 1)]
    ),
)
NUMBERS = st.sampled_from(["", "0", "7", " 7", "-1", "1_0", "٣", "x", "0" * 12])
SENT = st.fixed_dictionaries(
    {},
    optional={
        "body": BODIES,
        "language": st.sampled_from(["en", "ar", "xx", "", "EN"]),
        "submission": st.sampled_from(["", "token"]),
        "shown": NUMBERS,
        "draft_version": NUMBERS,
        "preview": st.just("1"),
        "csrf_token": st.just("t"),
    },
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sent=SENT)
def test_it_says_what_the_form_would_or_leaves_it_to_the_form(app, sent):
    fields = MultiDict(sent)
    found = plain_reply(fields)
    with app.test_request_context():
        form = ReplyForm(fields)
        assert found is None or (form.validate() and form.reply == found and "preview" not in sent)


def test_what_people_send_needs_no_form(app):
    sent = {"body": "We tried.\r\n", "language": "en", "submission": "token", "shown": "7", "draft_version": "0"}
    said = plain_reply(MultiDict(sent))
    assert said is not None and (said.body, said.shown) == ("We tried.", 7)
