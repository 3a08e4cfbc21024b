"""How fields, and what is wrong with them, are said to whoever brings a file in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.imports.models import Outcome, Stage
from forum.kernel.i18n import _
from forum.library.words import FIELDS as OF_THE_LIBRARY

FIELDS = {
    **OF_THE_LIBRARY,
    "authors": _("authors"),
    "organisations": _("organisations"),
    "editors": _("editors"),
    "translators": _("translators"),
    "date": _("date"),
    "doi": _("DOI"),
    "isbn": _("ISBN"),
    "id": _("number elsewhere"),
    "scheme": _("whose numbers these are"),
    "row": _("row"),
}
#: Each stands behind the name of its field.
WHY = {
    "missing": _("is missing"),
    "long": _("is longer than %(most)s letters"),
    "date": _("“%(said)s” is no date such as 2019, 2019-11 or 2019-11-04"),
    "far_off": _("“%(said)s” is later than next year"),
    "unknown": _("“%(said)s” is not known here; known are: %(known)s"),
    "language": _("“%(said)s” is no language; write codes such as en; es; fr"),
    "url": _("“%(said)s” is no whole address, beginning with https://"),
    "doi": _("“%(said)s” is no DOI, such as 10.1234/abc"),
    "isbn": _("“%(said)s” is no ISBN, or one of its digits is wrong"),
    "address": _("is missing: give an address (or a DOI) where it can be read"),
    "cells": _("has more cells than there are columns"),
    "refused": _("was refused: %(said)s"),
}
BECAUSE = {
    "doi": _("the same DOI"),
    "isbn": _("the same ISBN"),
    "url": _("the same address"),
    "title": _("the same title and year"),
}
OUTCOMES = {
    Outcome.NEW: _("new"),
    Outcome.KNOWN: _("here already"),
    Outcome.WRONG: _("to put right"),
    Outcome.IMPORTED: _("brought in"),
}
STAGES = {
    Stage.CHECKED: _("checked, nothing brought in yet"),
    Stage.CONFIRMED: _("is being brought in"),
    Stage.DONE: _("done"),
}


def problem(found: Mapping[str, Any]) -> str:
    """What is wrong with a field, as a sentence: "date: “20x9” is no date such as 2019 …"."""
    name = FIELDS.get(found["field"], found["field"])
    return f"{name}: {WHY[found['why']] % dict(found)}"


def because(scheme: str) -> str:
    """By what a row is known."""
    return str(BECAUSE.get(scheme) or _("the same number of %(scheme)s", scheme=scheme))
