"""Whether files can be read here, how well their readers are shut in, and whether any wait too long."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from sqlalchemy import func, select

from forum.extraction import ocr, reading
from forum.extraction.outcomes import Interrupted
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.health import Unwell, check
from forum.library.models import Reading, ResourceFile

PATIENCE = timedelta(minutes=30)

#: What each protection is, and what it means where it is missing (see `forum.extraction.sandbox`).
PROTECTIONS = {
    "limits": "limits on memory and time",
    "network": "no network (its own namespace)",
    "files": "no files of ours (Landlock)",
    "audit": "no sockets and programs from Python (audit hook)",
}


@cache
def shut_in() -> tuple[str, ...]:
    """What holds on this machine; asked once in the life of a process, since that starts a child."""
    return tuple(reading.protections())


@check("reading files")
def files_can_be_read() -> str:
    """What protects us from hostile files here, which pictures can be read, and that nothing waits for ever."""
    try:
        held = shut_in()
    except (OSError, Interrupted) as trouble:
        raise Unwell(f"no child process can be started to read files: {trouble}") from trouble
    if "limits" not in held:
        raise Unwell("this system does not limit what reading a file may cost; files would not be read safely")
    oldest = db.session.scalar(
        select(func.min(ResourceFile.added_at)).where(
            ResourceFile.reading == Reading.WAITING,
            ResourceFile.removed_at.is_(None),
            ResourceFile.reading_due_at.is_(None),
        )
    )
    if oldest is not None and oldest < clock.now() - PATIENCE:
        raise Unwell(f"files wait to be read since {oldest:%Y-%m-%d %H:%M} UTC; is a worker running? forum worker")
    missing = [PROTECTIONS[name] for name in PROTECTIONS if name not in held]
    pictures = ", ".join(ocr.CODES[code] for code in ocr.installed()) or "none (tesseract is not installed)"
    words = "; ".join(PROTECTIONS[name] for name in PROTECTIONS if name in held)
    lacking = f"; MISSING on this system: {'; '.join(missing)}" if missing else ""
    return f"{words}{lacking}; languages read from pictures: {pictures}"
