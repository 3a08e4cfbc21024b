"""The formats citations are taken along in."""

from forum.citing.bibtex import bibtex
from forum.citing.citable import Format
from forum.citing.csl import csl
from forum.citing.ris import ris

FORMATS = {
    "bib": Format("bib", "BibTeX", "application/x-bibtex", bibtex),
    "ris": Format("ris", "RIS", "application/x-research-info-systems", ris),
    "json": Format("json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
}
