"""Why the text of a file is not there, or not all of it, said to people: what happened and what they can do."""

from __future__ import annotations

from enum import StrEnum

from forum.extraction.outcomes import Reason
from forum.kernel.i18n import _


class OurReason(StrEnum):
    """Reasons that lie with us rather than with the file. Kept in rows, so the values are permanent."""

    LOST = "lost"  # its bytes are not in the store
    GAVE_UP = "gave-up"  # tried several times, and something else went wrong each time


#: For a file of which nothing was read.
REASONS = {
    Reason.ENCRYPTED: _("It is locked with a password. Save it without one and add it again."),
    Reason.DAMAGED: _("It is damaged or cut off. Open it where it was made, save it anew and add it again."),
    Reason.MISLABELLED: _("It is not what it seems to be from its beginning. Save it anew and add it again."),
    Reason.BOMB: _("It would unpack to far more than a document needs, so we did not open it. Save it as PDF instead."),
    Reason.NO_PAGES: _("There are no pages in it."),
    Reason.TOO_LONG: _("It is longer than what we can read."),
    Reason.TIME: _("Reading it took too long. A shorter file, or one saved anew as PDF, may work."),
    Reason.MEMORY: _("Reading it took more memory than one file may have. A smaller file may work."),
    Reason.CRASHED: _("It is made in a way we cannot read. Save it anew, best as PDF, and add it again."),
    Reason.NO_WORDS: _("It opens, and there are no words in it."),
    Reason.SCAN: _(
        "Its pages are pictures, and this site cannot read words in pictures. A file with text can be searched."
    ),
    OurReason.LOST: _("Its content is missing in our store. Please add the file again."),
    OurReason.GAVE_UP: _("Something went wrong each time we tried. You can ask for another try."),
}

#: For a file of which the beginning was read.
PARTLY = {
    Reason.TOO_LONG: _("It is very long: only the pages up to here can be searched and read here."),
    Reason.TIME: _("Reading it took too long: only the pages up to here can be searched and read here."),
}
PARTLY_ANYHOW = _("Reading stopped before its end: only the pages up to here can be searched and read here.")


def why(reason: str, *, partly: bool) -> str:
    """The sentence for a reason as it is stored; "" for none.

    Args:
        partly: some pages were read.
    """
    if not reason:
        return ""
    if partly:
        return str(PARTLY.get(Reason(reason), PARTLY_ANYHOW) if reason in set(Reason) else PARTLY_ANYHOW)
    known = {str(key): sentence for key, sentence in REASONS.items()}
    return str(known.get(reason, known[OurReason.GAVE_UP]))
