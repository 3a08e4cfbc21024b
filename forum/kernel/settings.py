"""Everything an operator can set, read once from `FORUM_*`; the README's table is tested against it.

A wrong value stops the start with one sentence that names the variable, the value and what would be right.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "FORUM_"
KNOWN_LANGUAGES = ("en", "es", "fr", "ar", "pt")
#: An address somebody elsewhere can write to: its domain has a dot.
REACHABLE = re.compile(r"[^\s@<>]+@(?:[^\s@.<>]+\.)+[^\s@.<>]+")
NOBODY = "nobody@site.invalid"
#: A domain, in any script: what stands in an address before the first / and holds no port.
DOMAIN = re.compile(r"[^\s@/:<>.,]+(?:\.[^\s@/:<>.,]+)*")


class WrongSetting(ValueError):
    """A setting that cannot work. The message names the variable, its value and what would be right."""

    def __init__(self, name: str, value: object, right: str) -> None:
        super().__init__(f"{PREFIX}{name} is {value!r}, which cannot work: {right}")


def setting(default: str, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})  # type: ignore[call-overload]


@dataclass(frozen=True)
class Settings:
    """One value per setting; the names are the environment's without the prefix, in lower case."""

    secret_key: str = setting(
        "",
        "Signs sessions and tokens. Made and kept in DATA_DIR when empty; set it when several machines serve one site.",
    )
    data_dir: str = setting("var", "Where the embedded database, index, mail and files lie.")
    database_url: str = setting(
        "", "SQLAlchemy URL. Default: SQLite in DATA_DIR. Several machines: postgresql+psycopg://…"
    )
    search_url: str = setting(
        "",
        "The search engine: whoosh: (the default) or tantivy: in DATA_DIR, postgresql: in the site's own database, "
        "postgresql+psycopg://… in another. After a change run `forum reindex`.",
    )
    blob_url: str = setting("file:", "Where uploaded files lie: file: in DATA_DIR, or s3://bucket?endpoint=…")
    redis_url: str = setting("", "Optional. Shares rate limits between processes; default: memory of each process.")
    mail_url: str = setting("file:", "file: writes to a Maildir in DATA_DIR, smtp://user:password@host:port sends.")
    mail_from: str = setting("forum@localhost", "The address our mail comes from.")
    admin_mail: str = setting(
        "",
        "The address of whoever answers for the site: harvesters of other libraries are told it (adminEmail of /oai). "
        "Default: MAIL_FROM.",
    )
    mail_log: str = setting(
        "", "Optional. The mail server's log on this machine: tells what became of a mail when a connection broke."
    )
    mail_rates: str = setting(
        "", "Optional. Mails a minute by recipient's domain, such as gmail.com=60,outlook.com=30."
    )
    dkim_key: str = setting("", "Optional. File with a private RSA key in PEM: outgoing mail is signed with it (DKIM).")
    dkim_selector: str = setting("forum", "The name under which the DKIM key is published in DNS.")
    reply_domain: str = setting("", "Domain of reply addresses; empty switches answering by mail off.")
    lmtp_listen: str = setting("", "host:port for incoming mail; empty switches it off.")
    imap_url: str = setting(
        "",
        "Optional. imaps://user:password@host/INBOX: a mailbox that takes all mail of REPLY_DOMAIN, looked into twice a minute.",
    )
    inbound_key: str = setting(
        "", "Optional. The key a provider signs mail with that it hands over at /inbound/mail; empty switches that off."
    )
    mail_auth_host: str = setting(
        "",
        "Optional. The name your mail server writes into Authentication-Results; empty: the sender of no mail is believed "
        "without asking.",
    )
    base_url: str = setting("http://127.0.0.1:8000", "The public address of the site, for links in mail and feeds.")
    site_name: str = setting("Justice With Children", "The name shown in the header and in mail.")
    languages: str = setting("en,es,fr,ar,pt", "Languages offered, the first is the fallback.")
    sign_up: str = setting("approval", "approval (a moderator admits), open, or invitation.")
    rate_limits: str = setting(
        "on", "on, or off to measure the site. It cannot be off unless BASE_URL is this machine's own (127.0.0.1)."
    )
    trusted_proxies: str = setting("0", "How many reverse proxies stand in front and set X-Forwarded-*.")
    demo_password: str = setting("", "Password of the demo accounts. Made and printed at first start when empty.")
    check_links: str = setting(
        "",
        "yes or no: whether to try now and then if what the library links to is still there. Default: where BASE_URL is public.",
    )
    log_format: str = setting("text", "text for people, json for machines.")

    def __post_init__(self) -> None:
        self._one_of("sign_up", ("approval", "open", "invitation"))
        self._one_of("log_format", ("text", "json"))
        self._one_of("check_links", ("", "yes", "no"))
        self._one_of("rate_limits", ("on", "off"))
        if self.rate_limits == "off" and urlsplit(self.base_url).hostname not in ("127.0.0.1", "::1", "localhost"):
            self._wrong("rate_limits", "they can be off only where BASE_URL is http://127.0.0.1, to measure; use on")
        for language in self.language_list:
            if language not in KNOWN_LANGUAGES:
                self._wrong("languages", f"use some of {','.join(KNOWN_LANGUAGES)}")
        if not self.language_list:
            self._wrong("languages", "name at least one, such as en")
        if not self.trusted_proxies.isdigit():
            self._wrong("trusted_proxies", "give a number, such as 1 behind one nginx")
        self._scheme("base_url", ("http", "https"))
        if not re.fullmatch(r"https?://[^\s/]+\S*", self.base_url):
            self._wrong("base_url", "give the whole address of the site, such as https://forum.example.org")
        if not self.site_name.strip():
            self._wrong("site_name", "give the site a name, or leave the variable out")
        if self.reply_domain and not DOMAIN.fullmatch(self.reply_domain):
            self._wrong("reply_domain", "give a domain that is for answers alone, such as reply.example.org")
        self._scheme("mail_url", ("file", "smtp", "smtps"))
        self._search()
        self._scheme("blob_url", ("file", "s3"))
        if self.blob_url.startswith("s3") and not urlsplit(self.blob_url).netloc:
            self._wrong("blob_url", "name the bucket, such as s3://our-files?endpoint=https://s3.example.org")
        self._scheme("redis_url", ("", "redis", "rediss", "unix"))
        self._scheme("database_url", ("", "sqlite", "postgresql+psycopg"))
        if self.secret_key and len(self.secret_key) < 16:
            self._wrong("secret_key", "use at least 16 random characters", shown="(hidden)")
        if any(not rate.isdigit() for _, rate in self._rates()):
            self._wrong("mail_rates", "give a number for each domain, such as gmail.com=60,outlook.com=30")
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", self.dkim_selector):
            self._wrong("dkim_selector", "use lower case letters, digits and hyphens, such as forum")
        if self.imap_url and (
            urlsplit(self.imap_url).scheme not in ("imap", "imaps") or not urlsplit(self.imap_url).hostname
        ):
            right = "name scheme, user, password, host and folder: imaps://user:password@imap.example.org/INBOX"
            self._wrong("imap_url", right, shown="(hidden)")
        if self.inbound_key and len(self.inbound_key) < 16:
            self._wrong("inbound_key", "use at least 16 random characters", shown="(hidden)")
        if self.lmtp_listen and self.lmtp_place is None:
            self._wrong("lmtp_listen", "give an address of this machine and a port, such as 127.0.0.1:2424")
        if "@" not in self.mail_from:
            self._wrong("mail_from", "give a mail address, such as forum@example.org")
        if self.admin_mail and not REACHABLE.fullmatch(self.admin_mail):
            self._wrong("admin_mail", "give a mail address that is reached from elsewhere, such as library@example.org")

    def _wrong(self, name: str, right: str, shown: str | None = None) -> None:
        raise WrongSetting(name.upper(), shown or getattr(self, name), right)

    def _one_of(self, name: str, values: tuple[str, ...]) -> None:
        if getattr(self, name) not in values:
            self._wrong(name, f"use one of {', '.join(values)}")

    def _scheme(self, name: str, schemes: tuple[str, ...]) -> None:
        if urlsplit(getattr(self, name)).scheme not in schemes:
            self._wrong(name, f"it must begin with one of {', '.join(f'{s}:' for s in schemes if s)}")

    def _search(self) -> None:
        known = ("", "whoosh:", "tantivy:", "postgresql:")
        if self.search_url not in known and not self.search_url.startswith("postgresql+psycopg://"):
            right = "use whoosh:, tantivy:, postgresql: or postgresql+psycopg://user@host/database"
            self._wrong("search_url", right, shown=self.search_url.split("//")[0] + "…" * ("//" in self.search_url))
        if self.search_url == "postgresql:" and not self.database_url.startswith("postgresql"):
            self._wrong(
                "search_url",
                "it means the site's own database, which is SQLite; set FORUM_DATABASE_URL to one in PostgreSQL, "
                "or name another here: postgresql+psycopg://user@host/database",
            )

    @property
    def admin_address(self) -> str:
        """Whom harvesters may write to: one of our own addresses, or else plainly none (RFC 2606)."""
        ours = (self.admin_mail, self.mail_from.rpartition("<")[2].strip("> "))
        return next(filter(REACHABLE.fullmatch, ours), NOBODY)

    @property
    def search_engine(self) -> str:
        """The search engine's name."""
        return self.search_url.split(":")[0].split("+")[0] or "whoosh"

    @property
    def search_database(self) -> str:
        """The URL of the database the index lies in, when it lies in one."""
        return self.database_url if self.search_url == "postgresql:" else self.search_url

    @property
    def language_list(self) -> list[str]:
        return [part.strip() for part in self.languages.split(",") if part.strip()]

    @property
    def data_path(self) -> Path:
        return Path(self.data_dir).resolve()

    @property
    def database(self) -> str:
        """The database URL with its default filled in."""
        return self.database_url or f"sqlite:///{self.data_path / 'forum.db'}"

    @property
    def lmtp_place(self) -> tuple[str, int] | None:
        """Where to listen for mail that comes in: (host, port)."""
        host, _colon, port = self.lmtp_listen.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            return None
        return host.strip("[]"), int(port)

    def _rates(self) -> list[tuple[str, str]]:
        pairs = (part.partition("=") for part in self.mail_rates.split(",") if part.strip())
        return [(domain.strip().casefold(), rate.strip()) for domain, _equals, rate in pairs]

    @property
    def mail_rate_by_domain(self) -> dict[str, int]:
        return {domain: int(rate) for domain, rate in self._rates()}

    @property
    def asks_elsewhere(self) -> bool:
        """Whether to try addresses of others: a site that only its own machine sees should not be noticed by anybody."""
        here = (urlsplit(self.base_url).hostname or "localhost") in ("localhost", "127.0.0.1", "::1")
        return self.check_links == "yes" or (self.check_links == "" and not here)

    def key(self) -> str:
        """The secret key: as set, else one made at first start and kept readable by its owner only."""
        return self.secret_key or self._kept("secret_key", 48)

    def password_of_the_demo(self) -> str:
        """The password of the demo accounts: as set, else one made at first start."""
        return self.demo_password or self._kept("demo_password", 9)

    def _kept(self, name: str, size: int) -> str:
        """A secret of `size` random bytes in a file of DATA_DIR, made when first asked for."""
        kept = self.data_path / name
        try:
            if not kept.exists():
                self.data_path.mkdir(parents=True, exist_ok=True)
                kept.touch(0o600)
                kept.write_text(secrets.token_urlsafe(size))
            return kept.read_text().strip()
        except OSError as error:
            right = f"name a folder the forum may write to ({error.strerror})"
            raise WrongSetting("DATA_DIR", self.data_dir, right) from error


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        WrongSetting: a value cannot work, or a FORUM_ variable is none of ours (a typo would be silent otherwise).
    """
    environ = os.environ if environ is None else environ
    known = {f.name for f in fields(Settings)}
    given: dict[str, str] = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable.startswith(f"{PREFIX}TEST_"):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in known:
            raise WrongSetting(name.upper(), value, "there is no such setting; see the table in README.md")
        given[name] = value
    if (port := environ.get("PORT", "")).isdigit():
        given.setdefault("base_url", f"http://127.0.0.1:{port}")
    return Settings(**given)
