"""What a mail says: text that is whole in itself and small, and HTML that brings nothing along. RFC 2046 5.1.4, RFC 3676."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from forum.kernel.i18n import _, direction
from forum.mailing.checking.registry import check
from forum.mailing.checking.taken import House, Taken

LARGEST_TEXT = 10_000  # bytes
#: Nothing else is needed to read words, and nothing else is in our mails.
MAY_BE = frozenset(
    {
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "s",
            "p",
            "ol",
            "ul",
            "li",
            "a",
            "b",
            "i",
        ),
        *(
            "strong",
            "em",
            "br",
            "hr",
            "span",
            "div",
            "blockquote",
            "pre",
            "code",
            "del",
            "dl",
            "dt",
            "dd",
            "sup",
            "sub",
        ),
        *("table", "thead", "tbody", "tr", "td", "th"),
    }
)
FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|javascript:|behavior\s*:", re.I)


class Reader(HTMLParser):
    """Notes every element, attribute and link."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.root: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.root = given
        if tag not in MAY_BE:
            self.wrong.append(f"<{tag}>")
        for name, value in given.items():
            if name.startswith("on") or name in ("src", "srcset", "background", "http-equiv", "action", "formaction"):
                self.wrong.append(f"<{tag} {name}>")
            elif FETCHES.search(value or ""):
                self.wrong.append(f'<{tag} {name}="{value}">')
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem and (found := FETCHES.search(data)):  # inside <style>
            self.wrong.append(found[0])


def read(mail: Taken) -> Reader:
    reader = Reader()
    reader.feed(mail.text("html"))
    reader.close()
    return reader


@check(_("There is a text, below 10 KB, that can be read by itself"), "RFC 2046 5.1.4")
def text_part(mail: Taken, house: House) -> str:
    size = len(mail.text().encode())
    return f"{size}" if not mail.text().strip() or size > LARGEST_TEXT else ""


@check(_("Every address in the HTML is in the text too, or the text says where the rest is"), "RFC 2046 5.1.4")
def text_is_complete(mail: Taken, house: House) -> str:
    text = mail.text()
    missing = [link for link in read(mail).links if link not in text]
    rest = mail.addresses_in("Archived-At")
    return missing[0] if missing and not (rest and rest[0] in text) else ""


@check(_("The HTML fetches nothing, runs nothing and asks for nothing"), "RFC 8058 4, W3C CSP 3")
def html_is_harmless(mail: Taken, house: House) -> str:
    return ", ".join(read(mail).wrong[:3])


@check(_("No address in it tells who opened it"), "docs/mail.md, The digest")
def no_tracking(mail: Taken, house: House) -> str:
    links = [*read(mail).links, *re.findall(r"https?://[^\s<>\"]+", mail.text())]
    wrong = [link for link in links if re.search(r"[?&](utm_\w+|mc_[ce]id|fbclid|trk|pixel)=", link)]
    return wrong[0] if wrong else ""


@check(_("The HTML says its language and direction, and they are the mail's"), "HTML, W3C i18n; RFC 3282")
def html_language(mail: Taken, house: House) -> str:
    if mail.part("html") is None:
        return ""
    said, language = read(mail).root, mail.one("Content-Language")
    right = said.get("lang") == language and said.get("dir") == direction(language)
    return "" if right else f"lang={said.get('lang')} dir={said.get('dir')}"


@check(_("Addresses in it begin with the site's own, whole"), "RFC 3986 4.3")
def absolute_links(mail: Taken, house: House) -> str:
    wrong = [link for link in read(mail).links if not re.match(r"https?://|mailto:", link)]
    return wrong[0] if wrong else ""
