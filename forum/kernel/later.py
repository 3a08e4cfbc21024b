"""Libraries that few requests need and that weigh much: loaded when first used, by the process that uses them.

A web server holds what it imports once for each of its processes. Name such a library at the head of a module as if it
had been imported; types are checked as ever:

    if TYPE_CHECKING:
        import openpyxl
    else:
        openpyxl = Later("openpyxl")
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module, and loads it when something in it is looked at.

    Args:
        name: of the module, in full.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
