"""What happens to the community's words."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("concept.edited")
@dataclass(frozen=True, kw_only=True)
class ConceptEdited(Event):
    concept_id: int
    member_id: int


@event("term.suggested")
@dataclass(frozen=True, kw_only=True)
class TermSuggested(Event):
    suggestion_id: int
    member_id: int


@event("term.suggestion.decided")
@dataclass(frozen=True, kw_only=True)
class SuggestionDecided(Event):
    suggestion_id: int
    member_id: int
