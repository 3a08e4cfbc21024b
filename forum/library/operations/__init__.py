"""What members do in the library: share, describe, add files, suggest."""

from forum.library.operations.describing import Description, Person, described, edit, publish, share
from forum.library.operations.files import AlreadyHere, add_file, drop, keep, remove_file, replace_file
from forum.library.operations.reading import read_again, say_language
from forum.library.operations.suggesting import accept, decline, suggest
from forum.library.operations.tying import tie, untie

__all__ = [
    "AlreadyHere",
    "Description",
    "Person",
    "accept",
    "add_file",
    "decline",
    "described",
    "drop",
    "edit",
    "keep",
    "publish",
    "read_again",
    "remove_file",
    "replace_file",
    "say_language",
    "share",
    "suggest",
    "tie",
    "untie",
]
