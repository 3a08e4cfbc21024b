"""What happens in the library, for whoever wants to tell somebody or look closer."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("resource.shared")
@dataclass(frozen=True, kw_only=True)
class ResourceShared(Event):
    resource_id: int
    member_id: int


@event("resource.edited")
@dataclass(frozen=True, kw_only=True)
class ResourceEdited(Event):
    resource_id: int
    member_id: int


@event("file.added")
@dataclass(frozen=True, kw_only=True)
class FileAdded(Event):
    """Bytes are in the store, nobody has read them yet."""

    file_id: int
    resource_id: int
    member_id: int


@event("file.read")
@dataclass(frozen=True, kw_only=True)
class FileRead(Event):
    """The text of a file, page by page, is there or is there anew."""

    file_id: int
    resource_id: int


@event("file.removed")
@dataclass(frozen=True, kw_only=True)
class FileRemoved(Event):
    file_id: int
    resource_id: int
    member_id: int


@event("resource.edit_suggested")
@dataclass(frozen=True, kw_only=True)
class EditSuggested(Event):
    suggestion_id: int


@event("resource.edit_decided")
@dataclass(frozen=True, kw_only=True)
class EditDecided(Event):
    suggestion_id: int
