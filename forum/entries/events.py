"""What entries tell the rest of the forum, whatever their kind."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("entry.changed")
@dataclass(frozen=True, kw_only=True)
class EntryChanged(Event):
    """Something that can be read or found about an entry is new or different: the index follows it.

    Every operation that creates, edits, hides, moves or deletes an entry records one (a deleted or hidden entry
    included: the listener looks at what is there now).
    """

    entry_id: int


@event("entry.renamed")
@dataclass(frozen=True, kw_only=True)
class EntryRenamed(Event):
    """What other pages show of an entry is different: what it is called, or who may read it."""

    entry_id: int
