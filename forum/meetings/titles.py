"""Congresses and meetings are called by their titles."""

from forum.entries.models import Kind
from forum.entries.titles import Titled, register
from forum.meetings.models import Congress, Meeting

register(Kind.CONGRESS, Titled(Congress.__table__, address="/congresses/{reference}"))
register(Kind.MEETING, Titled(Meeting.__table__, address="/meetings/{reference}"))
