"""What the worker is asked to go on with."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("import.goes_on")
@dataclass(frozen=True, kw_only=True)
class ImportGoesOn(Event):
    """Some rows of a confirmed batch wait to be brought in."""

    batch_id: int
