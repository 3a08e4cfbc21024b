"""What is measured: one cell for each page and reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from bench.browser import Browser, hidden_fields
from bench.driver import Request
from bench.site import Facts
from forum.synth.commands import PASSWORD

VISITOR, MEMBER = "visitor", "member"
LIKE_A_BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip", "Accept-Language": "en"}
VISITOR_LIKE = {"Accept": "text/html,*/*;q=0.8", "Accept_Language": "en"}


@dataclass(frozen=True)
class Cell:
    page: str
    reader: str
    request: Request


def sign_in(base: str, email: str) -> Browser:
    """A browser signed in as this invented member.

    Raises:
        RuntimeError: the forum did not let them in.
    """
    browser = Browser(base)
    form = hidden_fields(browser.get("/sign-in").text, "/sign-in")
    browser.post("/sign-in", {**form, "email": email, "password": PASSWORD})
    if "/sign-out" not in browser.get("/").text:
        raise RuntimeError(f"{email} could not sign in")
    return browser


def pages(facts: Facts, *, search: bool) -> dict[str, str]:
    """The pages everybody may read, by the name they have in the table."""
    found = {
        "home": "/",
        "group": f"/groups/{facts.group}",
        "group, last page": f"/groups/{facts.group}?page={min(100, facts.group_pages)}",
        "threads": "/threads",
        "thread": f"/threads/{facts.thread}",
        f"thread, page {facts.thread_pages}": f"/threads/{facts.thread}?page={facts.thread_pages}",
        "recommendations": "/recommendations",
        "search": "/search?q=mediation",
        "search, filtered": "/search?" + urlencode({"q": "legal aid", "kind": "thread", "language": "en"}),
    }
    return {name: path for name, path in found.items() if search or not name.startswith("search")}


def cells(base: str, facts: Facts, *, search: bool = True) -> list[Cell]:
    """Every cell that can be measured: a page that does not answer 200 is named and left out."""
    browsers = {VISITOR: Browser(base), MEMBER: sign_in(base, facts.member)}
    found = []
    for name, path in pages(facts, search=search).items():
        for reader, browser in browsers.items():
            headers = LIKE_A_BROWSER | ({"Cookie": browser.cookie} if browser.cookies else {})
            request = Request(path, headers)
            answer = browser.get(path, **{k.replace("-", "_"): v for k, v in LIKE_A_BROWSER.items()})
            if answer.status != 200:
                print(f"{name} for a {reader}: {path} answers {answer.status}, left out")
                continue
            found.append(Cell(name, reader, request))
            if name == "thread" and "etag" in answer.headers:
                again = replace(request, headers=headers | {"If-None-Match": answer.headers["etag"]}, expect=304)
                found.append(Cell("thread, not changed", reader, again))
    found.append(Cell("reply", MEMBER, _reply(browsers[MEMBER], facts.quiet_thread)))
    return found


def reply_form(browser: Browser, thread: int) -> tuple[str, dict[str, str]]:
    """Where the form for a reply goes, and its hidden fields."""
    action = f"/threads/{thread}/replies"
    return action, hidden_fields(browser.get(f"/threads/{thread}").text, action)


def _reply(browser: Browser, thread: int) -> Request:
    action, fields = reply_form(browser, thread)
    if "submission" in fields:
        fields["submission"] += "{n}"  # the form is sent once each time, never twice
    fields |= {"language": "en", "body": "We tried this too, number {n}."}
    body = urlencode(fields).replace("%7Bn%7D", "{n}")
    headers = LIKE_A_BROWSER | {
        "Cookie": browser.cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"{browser.base}/threads/{thread}",
    }
    answer = browser.post(action, fields)
    if answer.status != 303:
        raise RuntimeError(f"a reply is answered {answer.status}:\n{answer.text[:2000]}")
    return Request(action, headers, body, expect=303)
