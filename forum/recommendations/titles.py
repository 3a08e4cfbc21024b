"""Recommendations are called by their titles."""

from forum.entries.models import Kind
from forum.entries.titles import Titled, register
from forum.recommendations.models import Recommendation

register(Kind.RECOMMENDATION, Titled(Recommendation.__table__, address="/recommendations/{reference}"))
