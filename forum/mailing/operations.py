"""Letting mail go again, and what else members and those who look after the site do about it."""

from __future__ import annotations

from forum.accounts.models import Member
from forum.kernel.mail.deliveries import lift


def try_again(*, by: Member) -> None:
    """Send to a member's own address again; the next mail shows whether it arrives now."""
    lift(by.email)
