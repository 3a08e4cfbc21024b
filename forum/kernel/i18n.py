"""Words for readers. `_` marks a sentence; the reader's language is chosen late.

Models and operations raise lazily translated sentences; views and templates translate at once.
"""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

__all__ = ["RIGHT_TO_LEFT", "_", "direction", "ngettext"]

_ = _l

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def direction(language: str) -> str:
    """The writing direction of a BCP 47 language tag: "rtl" or "ltr"."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
