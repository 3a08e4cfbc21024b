"""The formats citations are taken along in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.citing.citable import Format
from forum.citing.csl import csl
from forum.citing.ris import ris
from forum.kernel.later import Later

if TYPE_CHECKING:
    from forum.citing import bibtex
else:
    bibtex = Later("forum.citing.bibtex")  # brings a library of a megabyte

FORMATS = {
    "bib": Format("bib", "BibTeX", "application/x-bibtex", lambda things: bibtex.bibtex(things)),
    "ris": Format("ris", "RIS", "application/x-research-info-systems", ris),
    "json": Format("json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
}
