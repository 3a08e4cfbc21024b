"""Every link on every page leads to an address there is: an error that no page shows until somebody clicks."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from forum.community.models import Profile, Shown
from forum.kernel.db import db, save
from forum.record.loading import load
from tests.house.routes import PAGES, TESTED_ELSEWHERE, usual
from tests.house.test_routes import address, rules

#: Files made at installation, which a checkout without them does not have.
ASSETS = "/static/"


class Links(HTMLParser):
    """Where a page leads: links, and what its forms and htmx ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag in ("a", "link") and "href" in at:
            self.found.add(("GET", at["href"]))
        if tag == "form" and at.get("action"):
            self.found.add((at.get("method", "get").upper(), at["action"]))
        self.found |= {("GET", at[name]) for name in ("src", "hx-get") if at.get(name)}
        if at.get("hx-post"):
            self.found.add(("POST", at["hx-post"]))


def leads_nowhere(app, method: str, link: str) -> bool:
    """Whether no view answers at this address of ours."""
    path = urlsplit(link).path
    if not link.startswith("/") or link.startswith("//") or path.startswith(ASSETS):
        return False
    try:
        app.url_map.bind("").match(path, method=method)
    except RequestRedirect:
        return False
    except (NotFound, MethodNotAllowed):
        return True
    except HTTPException:
        return False
    return False


@pytest.fixture
def furnished(cast):
    """The cast with all they could say of themselves, and the record."""
    load()
    save(
        Profile(
            member_id=cast.ana.id, country_code="PE", organisation="A bar", about="Words", languages=["es"],
            shown_country=Shown.EVERYONE, shown_about=Shown.EVERYONE, shown_organisation=Shown.EVERYONE,
        )
    )  # fmt: skip
    db.session.commit()
    return cast


REFERENCES = {
    "recommendations.show": {"reference": "WC21-BUE19-R03"},
    "recommendations.trace": {"reference": "WC21-BUE19-R03"},
    "recommendations.of_congress": {"reference": "WC21"},
    "recommendations.of_meeting": {"reference": "WC21-BUE19"},
    "desk.edit_congress": {"reference": "WC21"},
    "desk.edit_meeting": {"reference": "WC21-BUE19"},
}


@pytest.mark.parametrize("who", ["visitor", "member", "secretariat"])
def test_no_page_has_a_link_that_leads_nowhere(app, furnished, as_, who):
    reader = {"visitor": None, "member": furnished.ana, "secretariat": furnished.sofia}[who]
    client, broken, read = as_(reader), set(), 0
    for rule in rules(app, "GET"):
        access = PAGES.get(rule.endpoint, TESTED_ELSEWHERE)
        if access is TESTED_ELSEWHERE and rule.endpoint not in REFERENCES:
            continue
        values = {**usual(furnished), **access.values, **REFERENCES.get(rule.endpoint, {})}
        answer = client.get(address(app, rule, values, access.query))
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        page, read = Links(), read + 1
        page.feed(answer.text)
        broken |= {f"{method} {link} on {rule.rule}" for method, link in page.found if leads_nowhere(app, method, link)}
    assert not broken, "These lead nowhere:\n" + "\n".join(sorted(broken))
    assert read > 20, "hardly any page was read: the test would not see a wrong link"
