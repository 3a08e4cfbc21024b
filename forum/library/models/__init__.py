"""What the library keeps: resources, their files, and what is written on each page of these."""

from forum.library.models.files import FilePage, Reading, ResourceFile
from forum.library.models.pending import PendingFile
from forum.library.models.resources import Contribution, Contributor, Licence, LinkState, Resource, ResourceVersion
from forum.library.models.suggesting import SuggestedEdit, Verdict

__all__ = [
    "Contribution",
    "Contributor",
    "FilePage",
    "Licence",
    "LinkState",
    "PendingFile",
    "Reading",
    "Resource",
    "ResourceFile",
    "ResourceVersion",
    "SuggestedEdit",
    "Verdict",
]
