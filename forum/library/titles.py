"""Resources are called by their titles."""

from forum.entries.models import Kind
from forum.entries.titles import Titled, register
from forum.library.models import Resource

register(Kind.RESOURCE, Titled(Resource.__table__, address="/library/{id}"))
