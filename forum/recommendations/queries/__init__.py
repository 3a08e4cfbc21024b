"""Reading recommendations: always as somebody."""

from forum.recommendations.queries.facets import Choice, facets
from forum.recommendations.queries.lists import (
    RecommendationFilters,
    RecommendationRow,
    get_recommendation,
    neighbours_of,
    recommendations_in,
)
from forum.recommendations.queries.trace import Step, Trace, trace_of

__all__ = [
    "Choice",
    "RecommendationFilters",
    "RecommendationRow",
    "Step",
    "Trace",
    "facets",
    "get_recommendation",
    "neighbours_of",
    "recommendations_in",
    "trace_of",
]
