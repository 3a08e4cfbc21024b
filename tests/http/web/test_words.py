"""Templates say sentences and dates as flask-babel would, only sooner."""

from datetime import UTC, datetime

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

MOMENT = datetime(2026, 3, 1, 23, 50, tzinfo=UTC)


def said(app: Flask, template: str, language: str, **context: object) -> str:
    with app.test_request_context("/"), force_locale(language):
        return render_template_string(template, **context)


def test_a_sentence_is_said_in_the_language_of_the_moment(app: Flask) -> None:
    template = '{{ _("Sign in") }}'
    assert said(app, template, "en") == "Sign in"
    with app.test_request_context("/"), force_locale("es"):
        spanish = str(app.jinja_env.globals["gettext"](app.jinja_env.from_string("").new_context().eval_ctx, "Sign in"))
    assert said(app, template, "es") == spanish
    assert said(app, template, "en") == "Sign in"


def test_values_are_escaped_and_percent_signs_survive(app: Flask) -> None:
    assert said(app, '{{ _("by %(name)s", name=name) }}', "en", name="<b>") == "by &lt;b&gt;"
    assert said(app, '{{ _("100%% of it") }}', "en") == "100% of it"


@pytest.mark.parametrize("count, words", [(0, "0 posts"), (1, "1 post"), (2, "2 posts"), (5000, "5000 posts")])
def test_counts_take_their_plural(app: Flask, count: int, words: str) -> None:
    assert said(app, '{{ ngettext("%(num)s post", "%(num)s posts", n) }}', "en", n=count) == words


def test_dates_are_said_in_language_and_kept_apart(app: Flask) -> None:
    template = '{{ m|dateformat("medium") }} {{ m|datetimeformat("short") }}'
    english, spanish = said(app, template, "en", m=MOMENT), said(app, template, "es", m=MOMENT)
    assert english.startswith("Mar 1, 2026") and spanish.startswith("1 mar 2026")
    assert said(app, template, "en", m=MOMENT) == english
    later = MOMENT.replace(day=2, hour=0, minute=0)
    assert said(app, template, "en", m=later).startswith("Mar 2, 2026")


def test_plain_text_is_not_escaped(app: Flask) -> None:
    with app.test_request_context("/"), force_locale("en"):
        template = app.jinja_env.from_string('{% autoescape false %}{{ _("by %(name)s", name=n) }}{% endautoescape %}')
        assert template.render(n="Ana & Bao") == "by Ana & Bao"
