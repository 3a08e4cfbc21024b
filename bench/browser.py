"""As much of a browser as measuring needs: cookies, forms, one kept connection, loopback only."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Browser:
    """Keeps cookies between requests. Does not follow redirects and does not unpack what is compressed."""

    def __init__(self, base: str) -> None:
        address = urlsplit(base)
        if address.hostname != "127.0.0.1":
            raise ValueError(f"{base}: only 127.0.0.1 is measured")
        self.base, self.cookies = base, dict[str, str]()
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def send(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            given["Cookie"] = self.cookie
        try:
            self.connection.request(method, path, body, given)
            response = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):  # the server closed the kept connection
            self.connection.close()
            self.connection.request(method, path, body, given)
            response = self.connection.getresponse()
        content = response.read()
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, content)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self.send("POST", path, urlencode(fields), Content_Type="application/x-www-form-urlencoded")


def hidden_fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields (CSRF among them) of the form that goes to `action`."""
    for form in re.findall(r"<form\b.*?</form>", page, re.DOTALL):
        if f'action="{action}"' in form:
            fields = {}
            for tag in re.findall(r"<input\b[^>]*>", form):
                attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
                if attributes.get("type") == "hidden":
                    fields[attributes["name"]] = unescape(attributes.get("value", ""))
            return fields
    raise LookupError(f"the page has no form that goes to {action}")
