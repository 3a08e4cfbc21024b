"""The time, asked for in one place so that a test can stop it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, always aware and in UTC."""
    return datetime.now(UTC)
