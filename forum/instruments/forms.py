"""What an address may say about a list of those who cite an instrument."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forum.entries.models import Kind
from forum.instruments.queries import CITING

PROVISION = re.compile(r"\d{1,3}[\w.()]{0,26}")


@dataclass(frozen=True)
class CitingFilters:
    """What the list is narrowed to, as it stands in the address."""

    kind: str = ""
    provision: str = ""

    def __bool__(self) -> bool:
        return bool(self.kind or self.provision)

    @property
    def only(self) -> Kind | None:
        """The kind asked for; None when it is none of those that cite."""
        return next((kind for kind in CITING if kind.value == self.kind), None)

    @property
    def number(self) -> str:
        """The provision asked for; empty when it cannot be one."""
        return self.provision if PROVISION.fullmatch(self.provision) else ""
