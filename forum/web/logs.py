"""One line per thing worth telling an operator: text for people, JSON for machines.

Every line written during a request carries its id, which the error page shows too. No addresses of visitors
are logged, and no line is written for a request that went well.
"""

from __future__ import annotations

import logging
import sys

import structlog
from flask import Flask, has_request_context
from structlog.types import EventDict, Processor, WrappedLogger

from forum.web.errors import request_id


def add_the_request(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Name the request a line belongs to. Runs only when a line is written, so requests pay nothing."""
    if has_request_context():
        event.setdefault("request_id", request_id())
    return event


def init_app(app: Flask, log_format: str) -> None:
    """Send our lines and those of the libraries the same way, to standard error.

    Args:
        log_format: "text" or "json".
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_the_request,
    ]
    finish: list[Processor] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
        if log_format == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    ours = logging.StreamHandler(sys.stderr)
    ours.set_name("forum")
    ours.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish]
        )
    )
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if handler.get_name() == "forum"]:
        root.removeHandler(old)
    if not app.testing:
        root.addHandler(ours)
        logging.getLogger("forum").setLevel(logging.INFO)
