"""Reading pictures with tesseract, where it is installed: another program, under the limits of the child it belongs to."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from functools import cache
from typing import Any

#: What tesseract calls the languages of the site.
CODES = {"eng": "en", "spa": "es", "fra": "fr", "ara": "ar", "por": "pt"}
PAGE_SECONDS = 60
LEAST_CONFIDENCE = 30  # of 100; below it the letters are guesses at stains


@cache
def installed() -> tuple[str, ...]:
    """Tesseract's codes of those of our languages it can read here; none where it is not installed."""
    if (program := shutil.which("tesseract")) is None:
        return ()
    try:
        said = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(code for code in CODES if code in said.stdout.split())


def words_in(picture: Any, languages: tuple[str, ...]) -> str:
    """The words on a picture of a page; empty where there are none or it took too long."""
    sent = io.BytesIO()
    picture.convert("L").save(sent, "PNG", compress_level=1)
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(languages), "--psm", "3", "--dpi", "200", "tsv"]
    try:
        done = subprocess.run(  # noqa: S603  (its arguments are ours)
            command, input=sent.getvalue(), capture_output=True, timeout=PAGE_SECONDS, check=True,
            env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return _composed(done.stdout.decode("utf-8", errors="ignore"))


def _composed(table: str) -> str:
    """Words into lines, lines into paragraphs, without what tesseract itself hardly believes."""
    lines: dict[tuple[str, ...], list[str]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip() and float(cells[10]) >= LEAST_CONFIDENCE:
            lines.setdefault(tuple(cells[2:5]), []).append(cells[11])
    made: list[str] = []
    paragraph: tuple[str, ...] | None = None
    for place, words in lines.items():
        made.append(("\n\n" if paragraph not in (None, place[:2]) else "\n" if made else "") + " ".join(words))
        paragraph = place[:2]
    return re.sub(r"(\w)-\n(\w)", r"\1\2", "".join(made)).strip()
