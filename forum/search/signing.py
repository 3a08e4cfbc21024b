"""Signatures: by what is stored with a document, one sees whether it is what the record would make of it now.

A signature has two halves with a dot between: of what its dependants inherit (a thread's posts, a file's pages), and of
all it can be found by. An index from before there were second halves lacks them, and the first are compared alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from forum.search.engine import Document

BETWEEN = "."


def digest(of: object) -> str:
    return hashlib.blake2b(str(of).encode("utf-8", "replace"), digest_size=8).hexdigest()


def signed(document: Document, inherited: str = "") -> Document:
    """The document with its signature.

    Args:
        inherited: a digest of what others inherit from it, or it from another.
    """
    return replace(document, signature=f"{inherited}{BETWEEN}{digest(_found_by(document))}")


def _found_by(document: Document) -> tuple[object, ...]:
    facets = sorted((name, sorted(values)) for name, values in document.facets.items() if values)
    return (
        *(document.kind, document.language, document.title, document.body, document.names),
        *(sorted(document.audience), facets, sorted(document.within), document.parent, document.number),
        document.at.timestamp(),
    )


def inherited(signature: str) -> str:
    """The half that changes when what dependants inherit does."""
    return signature.partition(BETWEEN)[0]


def differ(stored: str, made: str) -> bool:
    """Whether what is stored is not what would be made now; a second half that one of them lacks says nothing."""
    first, there, second = stored.partition(BETWEEN)
    wanted, here, content = made.partition(BETWEEN)
    return first != wanted or bool(there and here and second != content)
