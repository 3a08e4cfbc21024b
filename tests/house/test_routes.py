"""Every address has an expectation about who may open it, and keeps it."""

from __future__ import annotations

from inspect import iscoroutinefunction

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from tests.house.routes import PAGES, POSTED_BY_VISITORS, TESTED_ELSEWHERE, usual


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def address(app: Flask, rule: Rule, values: dict[str, object], query: dict[str, str]) -> str:
    """The rule with something in each gap; 1 where nothing is known."""
    gaps = {name: values.get(name, 1) for name in rule.arguments}
    with app.test_request_context():
        return url_for(rule.endpoint, **gaps, **query)


def outcome(response) -> str:
    """opens, asks to sign in, or refuses."""
    if response.status_code in (301, 302, 303, 307, 308):
        return "asks to sign in" if "/sign-in" in response.headers["Location"] else "opens"
    if response.status_code in (401, 403, 404):
        return "refuses"
    return "opens" if response.status_code < 400 else f"fails with {response.status_code}"


def test_every_page_says_who_may_open_it(app):
    missing = sorted({rule.endpoint for rule in rules(app, "GET")} - set(PAGES))
    assert missing == [], (
        f"Who may open {', '.join(missing)}? Add a row for each to PAGES in tests/house/routes.py, such as "
        f'"{(missing or ["x.show"])[0]}": MEMBERS.'
    )


@pytest.mark.parametrize("who", ["visitor", "member", "moderator", "secretariat"])
def test_pages_open_for_whom_they_should_and_for_nobody_else(app, cast, as_, served, who):
    reader = {"visitor": None, "member": cast.bao, "moderator": cast.chidi, "secretariat": cast.sofia}[who]
    client, values, surprises = as_(reader), usual(cast), []
    for rule in rules(app, "GET"):
        access = PAGES.get(rule.endpoint, TESTED_ELSEWHERE)
        if access is TESTED_ELSEWHERE:
            continue
        url = address(app, rule, {**values, **access.values}, access.query)
        found = outcome(served(lambda url=url: client.get(url)))
        if (found == "opens") != (who in access.opens_for) or found.startswith("fails"):
            surprises.append(f"{rule.endpoint} ({url}) {found} for a {who}")
    assert not surprises, "tests/house/routes.py expects otherwise:\n" + "\n".join(surprises)


def test_a_visitor_who_posts_is_asked_to_sign_in(app, cast, as_):
    client, values, surprises = as_(None), usual(cast), []
    for rule in rules(app, "POST"):
        if rule.endpoint in POSTED_BY_VISITORS:
            continue
        url = address(app, rule, values, {})
        response = client.post(url)
        found = outcome(response)
        if found == "opens" and rule.endpoint not in ("security.logout",):
            surprises.append(f"{rule.endpoint} ({url}) answered {response.status_code}")
    assert not surprises, "These accept a post from somebody who is not signed in:\n" + "\n".join(surprises)


def test_nothing_that_answers_a_request_has_to_be_waited_for(app):
    """`Site.ensure_sync` takes that for granted."""
    hooks = [app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs]
    found = [*app.view_functions.values(), *(each for of in hooks for all_ in of.values() for each in all_)]
    handlers = [each for of in app.error_handler_spec.values() for codes in of.values() for each in codes.values()]
    assert len(found) > 200
    assert [each for each in (*found, *handlers) if iscoroutinefunction(each)] == []
