"""Answers as widespread mail programs write them, for trying out what becomes of each: byte for byte in their manner."""

from __future__ import annotations

from collections.abc import Callable

from forum.mailing.programs.answered import Answered, answered
from forum.mailing.programs.gmail import gmail
from forum.mailing.programs.iphone import iphone
from forum.mailing.programs.outlook import outlook

__all__ = ["PROGRAMS", "Answered", "answered"]

#: By the name on the button.
PROGRAMS: dict[str, Callable[[Answered, str], bytes]] = {"Gmail": gmail, "Outlook": outlook, "iPhone": iphone}
