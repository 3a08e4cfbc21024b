"""The whole forum, as a table of contents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import get_locale
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import forum.accounts.handlers
import forum.collections.titles
import forum.community.handlers
import forum.glossary.handlers
import forum.imports.handlers
import forum.inbound.duties
import forum.inbound.handlers
import forum.inbound.models
import forum.instruments.handlers
import forum.kernel.housekeeping
import forum.library.citable
import forum.library.cited
import forum.library.extracting
import forum.library.handlers
import forum.library.links.checking
import forum.library.readiness
import forum.library.titles
import forum.mailing.handlers
import forum.mailing.readiness
import forum.meetings.citable
import forum.meetings.titles
import forum.moderation.handlers
import forum.notices.handlers
import forum.notifications.handlers
import forum.notifications.origins
import forum.oai.stamping
import forum.recommendations.citable
import forum.recommendations.cited
import forum.recommendations.titles
import forum.record.models
import forum.search.handlers
import forum.search.marking
import forum.search.readiness
import forum.searches.handlers
import forum.threads.cited
import forum.threads.handlers
import forum.threads.titles
from forum.access.rules import SITE, Can, may
from forum.accounts import security
from forum.accounts.demonstration import is_demonstration
from forum.accounts.session import is_reader, reader
from forum.accounts.views import bp as accounts
from forum.catalogue.views import bp as catalogue
from forum.collections.views import bp as collections
from forum.community.views import bp as community
from forum.entries.words import REASONS
from forum.exports.views import bp as exports
from forum.glossary.views import bp as glossary
from forum.groups import handlers  # noqa: F401  (they register themselves)
from forum.groups.views import bp as groups
from forum.groups.views.shared import GROUP_PAGE
from forum.home.feeds import bp as feeds
from forum.home.me import bp as me
from forum.home.places import bp as places
from forum.home.shared import START_PAGE
from forum.home.views import bp as home
from forum.imports.views import bp as imports
from forum.inbound.hook import bp as inbound_hook
from forum.inbound.hook import hand_over
from forum.inbound.views import bp as inbound
from forum.instruments.views import bp as instruments
from forum.kernel import blobs, editions, mail, schema, written
from forum.kernel.db import db, prepare_sqlite
from forum.kernel.settings import Settings, from_environment
from forum.library.pages import bp as pages
from forum.library.views import bp as library
from forum.mailing import mailbox
from forum.mailing.banner import mail_pause
from forum.mailing.views import bp as mailing
from forum.mailing.words import why_paused
from forum.meetings.views import bp as meetings
from forum.moderation.views import bp as moderation
from forum.notices import presence
from forum.notices.views import bp as notices
from forum.notifications.addresses import group_address
from forum.notifications.views import bp as notifications
from forum.notifications.views import stop
from forum.oai.views import bp as oai
from forum.oai.views import harvest
from forum.recommendations.desk import bp as desk
from forum.recommendations.views import LIST_OF_RECOMMENDATIONS
from forum.recommendations.views import bp as recommendations
from forum.search import engines
from forum.search.aids import bp as search_aids
from forum.search.oversight import bp as search_oversight
from forum.search.views import bp as search
from forum.searches.views import bp as searches
from forum.searches.views import stop as stop_searches
from forum.threads.views import bp as threads
from forum.threads.views.shared import LIST_OF_THREADS
from forum.threads.views.standpoint import THREAD_PAGE
from forum.web import (
    assets,
    cache,
    compress,
    errors,
    headers,
    incoming,
    languages,
    limits,
    logs,
    presentation,
    sessions,
    sharing,
    status,
    tokens,
    transactions,
    uploads,
    waiting,
    words,
)
from forum.web.paging import page_url

HERE = Path(__file__).resolve().parent
#: A checkout has templates/ beside the package; an installed wheel carries them inside.
ASSETS = HERE / "_assets" if (HERE / "_assets").is_dir() else HERE.parent

BLUEPRINTS = (
    home,
    exports,
    imports,
    inbound,
    inbound_hook,
    oai,
    catalogue,
    moderation,
    notices,
    notifications,
    mailing,
    accounts,
    community,
    me,
    threads,
    groups,
    search,
    search_aids,
    search_oversight,
    searches,
    library,
    glossary,
    collections,
    pages,
    instruments,
    meetings,
    recommendations,
    desk,
    places,
    feeds,
)

#: Views whose page is the same for every visitor, as long as the content is (see forum/web/cache.py).
ALIKE_FOR_VISITORS = frozenset(
    {
        *("home.show", "groups.index", "groups.show", "threads.index", "threads.show", "library.index", "library.show"),
        *("library.versions", "collections.index", "collections.show"),
        *("glossary.index", "glossary.show", "glossary.history"),
        *("recommendations.index", "recommendations.show", "recommendations.trace", "recommendations.of_meeting"),
        *("recommendations.of_congress", "meetings.index", "meetings.congresses", "feeds.threads"),
        *("feeds.recommendations", "places.regions", "places.region", "places.themes", "places.theme"),
        *("instruments.index", "instruments.show"),
    }
)
#: Pages that are the same for all members of a kind, but for places kept open (see forum/web/sharing).
SHARED_BY_MEMBERS = (START_PAGE, THREAD_PAGE, LIST_OF_THREADS, GROUP_PAGE, LIST_OF_RECOMMENDATIONS)
#: Tables no visitor ever sees anything of: what is written there leaves the kept pages standing.
UNSEEN = frozenset(
    {
        "outbox",
        "harvested_record",
        "import_batch",
        "import_row",
        "delivery",
        "suppression",
        "received_mail",
        "mail_act",
        "mail_origin",
        "notice",
        "mail_choice",
        "group_weight",
        "theme_weight",
        "region_weight",
        "digest",
        "digest_item",
        "mail_words",
        "mail_line",
        "mail_question",
        "held_mail",
        "mail_deed",
        "read_mark",
        "draft",
        "follow",
        "login_session",
        "passkey",
        "invitation",
        "link_check",
        "loaded_record",
        "pending_file",
        "suggested_edit",
        "asked_question",
        "index_check",
        "saved_search",
        "search_news",
    }
)


class Site(Flask):
    """Flask, whose views and hooks are plain functions here."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: Flask looks at each of sixteen for every request, whether it has to be waited for."""
        return func


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Build the site.

    Args:
        settings: what the operator set; read from the environment when not given.
        overrides: Flask configuration, for tests.
    """
    settings = settings or from_environment()
    app = Site(
        "forum",
        root_path=str(HERE),
        template_folder=str(ASSETS / "templates"),
        static_folder=str(ASSETS / "static"),
    )
    app.config.update(configuration(settings), **overrides)
    app.extensions["forum.settings"] = settings
    app.extensions["forum.mail"] = mail.choose(settings)
    app.extensions["forum.blobs"] = blobs.choose(settings)
    app.extensions["forum.search"] = engines.choose(settings)
    app.extensions["forum.links"] = forum.library.links.checking.manners(settings)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        you_may=you_may,
        group_address=group_address,
        Can=Can,
        SITE=SITE,
        reader=reader,
        is_reader=is_reader,
        get_locale=get_locale,
        page_url=page_url,
        is_demonstration=is_demonstration,
        mail_pause=mail_pause,
        why_paused=why_paused,
        follow_reasons=REASONS,
    )

    logs.init_app(app, settings.log_format)
    if proxies := int(settings.trusted_proxies):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    init_database(app, settings)
    sessions.init_app(app)
    compress.init_app(app)  # first here is last to touch the answer
    status.init_app(app)
    transactions.init_app(app)
    uploads.init_app(app)
    incoming.init_app(app)
    headers.init_app(app)
    languages.init_app(app)
    words.init_app(app)
    waiting.init_app(app, presence.count)
    presentation.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    csrf = tokens.init_app(app)
    csrf.exempt(stop)  # its token is in the address, and mail programs have no other (RFC 8058)
    csrf.exempt(stop_searches)  # likewise
    csrf.exempt(hand_over)  # signed with a key that no browser has
    csrf.exempt(harvest)  # changes nothing; the protocol has its questions sent by POST too
    sharing.init_app(app)
    limits.init_app(app, settings.redis_url, kept=app.config["RATE_LIMITS"])
    security.init_app(app)
    mailbox.init_app(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    with app.app_context():
        keep_pages(app)
    return app


def configuration(settings: Settings) -> dict[str, Any]:
    """Our settings in the words of Flask and its extensions."""
    key = settings.key()
    return {
        "SECRET_KEY": key,
        "SECURITY_PASSWORD_SALT": key[:16],
        "SECURITY_TOTP_SECRETS": {"1": key},
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SITE_NAME": settings.site_name,
        "BASE_URL": settings.base_url,
        "LANGUAGES": settings.language_list,
        "SIGN_UP": settings.sign_up,
        "RATE_LIMITS": settings.rate_limits == "on",
        "MAX_CONTENT_LENGTH": 2 * 10**6,
        "MAX_FORM_MEMORY_SIZE": 2 * 10**6,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https:"),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": settings.language_list[0],
        "BABEL_TRANSLATION_DIRECTORIES": str(HERE / "translations"),
    }


def init_database(app: Flask, settings: Settings) -> None:
    """Connect the models to the database, and the migrations to both."""
    if settings.database.startswith("sqlite"):
        settings.data_path.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
        written.watch(db.engine)
        editions.watch(db.engine, ignoring=UNSEEN)
    schema.init_app(app, ASSETS / "migrations")


def keep_pages(app: Flask) -> None:
    """Before the application: pages visitors share, and before those the pages members share."""
    made_here = app.wsgi_app

    def count(code: int) -> None:
        status.count_answer("kept", code)

    cache.init_app(app, db.engine, alike=ALIKE_FOR_VISITORS, count=count)
    sharing.keep_pages(app, made_here, db.engine, pages=SHARED_BY_MEMBERS, recognise=presence.recognise, count=count)


def you_may(can: Can, thing: Any = SITE) -> bool:
    """For templates: whether to offer this control to whoever is looking."""
    return may(reader(), can, thing)
