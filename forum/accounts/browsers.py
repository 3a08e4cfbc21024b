"""What a browser calls itself, in words its owner knows: "Firefox · Android". Good enough to tell one's own from a stranger's."""

from __future__ import annotations

#: (what stands in the header, what people call it). First that is there: nearly all of them also claim to be an older one.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("YaBrowser", "Yandex")),
    *(("UCBrowser", "UC Browser"), ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome")),
    *(("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS")),
    *(("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")),
)


def browser_name(header: str) -> str:
    """Browser and system from a User-Agent header (RFC 9110 10.1.5); its beginning where it is none of those we know."""
    known = (next((name for sign, name in table if sign in header), "") for table in (BROWSERS, SYSTEMS))
    return " · ".join(filter(None, known)) or header[:60]
