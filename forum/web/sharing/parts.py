"""Parts of pages that are kept on their own: the rows of lists that differ from reader to reader, though no row does.

Which rows a list shows is asked for each reader; what a row looks like is the same for everybody who sees it, but for open
places in it. Rows are kept like pages: for an edition of the content, a language and a time zone, a minute at most.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from forum.web.sharing.pieces import Pieces, cut
from forum.web.sharing.places import Asking, Opened, Standpoint, making

AS_MANY = 3000
SECONDS = 60.0


@dataclass(frozen=True)
class KeptPart:
    edition: str
    until: float  # on the monotonic clock
    digest: bytes
    pieces: Pieces
    written: dict[Hashable, bytes] = field(default_factory=dict)  # as it is with the latest answers, by `Part.key`


class Part(Standpoint):
    """One row as one reader sees it: what is kept of it, and what fills its places."""

    kept: KeptPart

    @property
    def key(self) -> Hashable:
        """All its places are filled from."""
        return ()


#: By kind, language and time zone, then by their keys, the oldest first.
_kept: dict[tuple[str, str, str], dict[Hashable, KeptPart]] = {}
_lock = Lock()


def _kept_for(kind: str, asking: Asking) -> dict[Hashable, KeptPart]:
    return _kept.setdefault((kind, asking.language, asking.person.time_zone), {})


def find_parts(kind: str, keys: Iterable[Hashable], asking: Asking) -> list[KeptPart] | None:
    """The parts of this kind with these keys, in their order; nothing when one of them has to be made."""
    edition, now, kept = asking.person.edition, time.monotonic(), _kept_for(kind, asking)
    found = []
    for key in keys:
        part = kept.get(key)
        if part is None or part.edition != edition or part.until < now:
            return None
        found.append(part)
    return found


def as_they_are(parts: Sequence[Part]) -> Hashable:
    """For `told`: these parts with what fills their places."""
    return b"".join([part.kept.digest for part in parts]), tuple([part.key for part in parts])


def make_parts(
    kind: str, keys: Iterable[Hashable], of: type[Standpoint], render: Callable[[list[Any], Any], Mapping[Any, str]]
) -> None:
    """While a shared page is made: make and keep those of its parts that are not at hand.

    Args:
        of: whose places the parts leave open.
        render: makes the HTML of the parts with these keys, given the open places.
    """
    made = making()
    asking = made.standpoint.asking
    missing = [key for key in keys if find_parts(kind, [key], asking) is None]
    if not missing:
        return
    until = time.monotonic() + SECONDS
    for key, html in render(missing, Opened(of)).items():
        pieces = cut(html, made)
        digest = hashlib.blake2b(html.replace(made.nonce, "").encode(), digest_size=12).digest()
        with _lock:
            kept = _kept_for(kind, asking)
            kept.pop(key, None)
            kept[key] = KeptPart(asking.person.edition or "", until, digest, pieces)
            shelves = list(_kept.values())  # a reader in another language may add one meanwhile
            if sum(map(len, shelves)) > AS_MANY:
                most = max(shelves, key=len)
                del most[next(iter(most))]
