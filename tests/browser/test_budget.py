"""What a page weighs on the wire, measured by the browser: small on the first visit, tiny on the next."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

KB = 1024


@dataclass
class Traffic:
    """What went over the wire, from the browser's own account (Chrome DevTools Protocol, Network domain)."""

    bytes: int = 0
    urls: list[str] = field(default_factory=list)
    cached: set[str] = field(default_factory=set)

    @property
    def requests(self) -> int:
        return len(self.urls) - len(self.cached)


def watch(page) -> Traffic:
    """Start counting what this page fetches."""
    traffic = Traffic()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")

    def asked(event):
        if event["request"]["url"].startswith("http"):
            traffic.urls.append(event["request"]["url"])

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.requestServedFromCache", lambda event: traffic.cached.add(event["requestId"]))
    wire.on(
        "Network.loadingFinished", lambda event: setattr(traffic, "bytes", traffic.bytes + event["encodedDataLength"])
    )
    return traffic


@pytest.mark.parametrize("path", ["/", "/threads", "/threads/387", "/groups", "/recommendations", "/search?q=justice"])
def test_a_first_visit_stays_under_fifty_kilobytes_and_five_requests(site, visit, path):
    page = visit("about:blank")
    traffic = watch(page)
    page.goto(path, wait_until="networkidle")
    assert traffic.bytes <= 50 * KB, traffic
    assert traffic.requests <= 5, traffic
    assert all(url.startswith(site.url) for url in traffic.urls), traffic


@pytest.mark.parametrize("path", ["/threads", "/threads/387", "/groups", "/recommendations", "/search?q=justice"])
def test_a_further_page_stays_under_fifteen_kilobytes(visit, path):
    page = visit("/about")
    page.wait_for_load_state("networkidle")
    traffic = watch(page)
    page.goto(path, wait_until="networkidle")
    assert traffic.bytes <= 15 * KB, traffic
