"""What happens to recommendations, for whoever wants to tell somebody."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("recommendation.adopted")
@dataclass(frozen=True, kw_only=True)
class RecommendationAdopted(Event):
    recommendation_id: int
    member_id: int
