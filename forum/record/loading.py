"""Bring in the record: all of it or nothing, as often as one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from forum.kernel.db import db
from forum.record import entries, vocabularies
from forum.record.shapes import read
from forum.record.tally import Tally

#: The record as it comes with the forum.
OUR_OWN = Path(__file__).resolve().parent / "data"

Counts = dict[str, Counter[str]]


def load(folder: Path = OUR_OWN, *, say: Callable[[str], None] = lambda _line: None) -> Counts:
    """Load every file of a record into the unit of work. The caller commits, or rolls back for a dry run.

    Args:
        folder: where the files are.
        say: is told, in a sentence, what is being loaded.

    Returns:
        How many of each kind were "created", "changed" and "unchanged".

    Raises:
        BadRecord: something in the files is wrong; nothing was loaded.
    """
    say("Checking every file.")
    files = read(folder)
    tally = Tally()
    with db.session.no_autoflush:
        say(f"Regions ({len(files['regions'])}), themes ({len(files['themes'])}), roles ({len(files['roles'])}).")
        regions = vocabularies.load_regions(files["regions"], tally)
        themes = vocabularies.load_themes(files["themes"], tally)
        vocabularies.load_professions(files["roles"], tally)
        vocabularies.load_groups(files["regions"], files["themes"], regions, themes, tally)
        say(f"Congresses ({len(files['congresses'])}) and meetings ({len(files['meetings'])}).")
        congresses = entries.load_congresses(files["congresses"], regions, tally)
        country_names = {
            country["code"]: country["en"] for region in files["regions"] for country in region["countries"]
        }
        meetings = entries.load_meetings(files["meetings"], congresses, regions, country_names, tally)
        say(f"Recommendations ({len(files['recommendations'])}).")
        entries.load_recommendations(files["recommendations"], congresses, meetings, themes, tally)
        say(f"Resources ({len(files['resources'])}) and glossary ({len(files['glossary'])}).")
        entries.load_resources(files["resources"], regions, themes, tally)
        vocabularies.load_glossary(files["glossary"], themes, tally)
        tally.flush()
    return tally.counts
