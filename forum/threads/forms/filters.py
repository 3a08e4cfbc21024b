"""What a browser may send about threads: shape only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from forum.threads.queries import Standing


@dataclass(frozen=True)
class Filters:
    """What a list of threads is narrowed to, as it stands in the address; unknown words find nothing, an
    unknown state is none."""

    region: str = ""
    theme: str = ""
    language: str = ""
    about: str = ""
    state: str = ""

    @classmethod
    def from_address(cls, args: MultiDict[str, str]) -> Filters:
        return cls(
            **{name: args.get(name, "")[:60].strip() for name in ("region", "theme", "language", "about", "state")}
        )

    @property
    def standing(self) -> Standing | None:
        return Standing(self.state) if self.state in set(Standing) else None

    def __bool__(self) -> bool:
        return any((self.region, self.theme, self.language, self.about, self.state))

    def conditions(self, *, regions: dict[str, int], themes: dict[str, int], about_id: int | None) -> dict[str, Any]:
        """The same as arguments of `latest_threads`; an id of 0 stands for "there is no such thing"."""
        return {
            "region_id": regions.get(self.region, 0) if self.region else None,
            "theme_id": themes.get(self.theme, 0) if self.theme else None,
            "about_id": (about_id or 0) if self.about else None,
            "language": self.language or None,
            "state": self.standing,
        }
