"""Files that came along: taken in by the library, as if they had been sent there, and linked from the post."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Relation, Visibility
from forum.inbound.letters import Attachment
from forum.kernel.errors import DomainError
from forum.library import operations
from forum.library.models import Licence, Resource
from forum.library.operations import AlreadyHere, Description
from forum.library.receiving import receive, title_from
from forum.threads.models import Thread
from forum.threads.operations.writing import VISIBILITY_IN

MOST_FILES = 10
#: What mail programs put there by themselves: signatures of security, calling cards, pictures of the signature.
OF_THE_PROGRAM = frozenset(
    {
        *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/calendar"),
        *("text/vcard", "text/x-vcard", "application/ms-tnef", "application/pgp-keys", "message/delivery-status"),
    }
)
PICTURE_OF_A_SIGNATURE = re.compile(r"(?:image\d{3}|outlook-\w{1,40}|logo\w{0,20})\.(?:png|gif|jpe?g)", re.IGNORECASE)
SMALL = 40_000  # bytes


@dataclass
class Taken:
    """What became of the files of a mail.

    Args:
        resources: new in the library.
        known: in the library before, and visible to whoever sent them again: (title, id).
        refused: (name, why) of those it did not take.
    """

    resources: list[Resource] = field(default_factory=list)
    known: list[tuple[str, int]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def links(self) -> str:
        """Markdown that leads to them."""
        named = [(each.title, each.id) for each in self.resources] + self.known
        return "\n".join(f"- [{_as_label(title)}](/library/{id})" for title, id in named)


def files_in(attachments: Iterable[Attachment]) -> list[Attachment]:
    """Those a person attached, as far as that can be told."""
    return [each for each in attachments if each.type not in OF_THE_PROGRAM and not _is_of_a_signature(each)]


def _is_of_a_signature(each: Attachment) -> bool:
    return len(each.content) < SMALL and PICTURE_OF_A_SIGNATURE.fullmatch(each.name.strip()) is not None


def take(files: list[Attachment], *, group: Group, language: str, by: Member) -> Taken:
    """Put files into the library, each as a resource of the group's readers."""
    taken = Taken()
    for file in files[:MOST_FILES]:
        try:
            pending = operations.keep(receive(io.BytesIO(file.content), file.name or "file"), by=by)
            taken.resources.append(_shared(pending.name, pending, group, language, by))
        except AlreadyHere as known:
            taken.known.append((known.title, known.resource_id))
        except DomainError as refused:
            taken.refused.append((file.name, str(refused)))
    taken.refused += [(file.name, "") for file in files[MOST_FILES:]]
    return taken


def _shared(name: str, pending: object, group: Group, language: str, by: Member) -> Resource:
    visibility = VISIBILITY_IN[group.visibility]
    description = Description(
        title=title_from(name) or name,
        type="report",
        licence=Licence.UNKNOWN,
        language=language,
        regions=list(filter(None, [group.region_id])),
        themes=list(filter(None, [group.theme_id])),
    )
    whose = group if visibility is Visibility.GROUP else None
    return operations.share(description, by=by, visibility=visibility, group=whose, files=[pending])  # type: ignore[list-item]


def tie_to(thread: Thread, taken: Taken, *, by: Member) -> None:
    """Say that the files are about what the conversation is."""
    for resource in taken.resources:
        operations.tie(resource, Relation.ABOUT, thread.id, by=by)


def _as_label(title: str) -> str:
    return re.sub(r"([\[\]\\`*_<>])", r"\\\1", title)
