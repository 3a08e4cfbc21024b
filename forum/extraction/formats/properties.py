"""What an office document says about itself. (ECMA-376 part 2, core properties)"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.extraction.outcomes import Found

#: What programs write where nobody wrote anything.
NOBODY = frozenset({"", "python-docx", "openpyxl", "author", "user", "admin", "administrator", "microsoft office user"})


def said_by(properties: Any, *, pages: int | None = None) -> Found:
    """The same words from python-docx, python-pptx and openpyxl."""
    written = getattr(properties, "author", None) or getattr(properties, "creator", None) or ""
    names = tuple(name.strip() for name in written.split(";") if name.strip().casefold() not in NOBODY)
    created = properties.created
    title = properties.title or ""
    return Found(
        "" if title in ("PowerPoint Presentation", "Word Document") else title,
        names,
        created.date().isoformat() if isinstance(created, datetime) and created.year > 1980 and names else "",
        (properties.language or "")[:2].lower(),
        pages,
    )
