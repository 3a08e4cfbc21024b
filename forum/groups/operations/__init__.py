"""What members do with groups: found and arrange them, join and leave, look after their people."""

from forum.groups.operations.founding import arrange, found
from forum.groups.operations.joining import admit, bring_in, decline, join, leave, remove
from forum.groups.operations.tending import name_facilitator, relieve

__all__ = [
    "admit",
    "arrange",
    "bring_in",
    "decline",
    "found",
    "join",
    "leave",
    "name_facilitator",
    "relieve",
    "remove",
]
