"""Collections are called by their titles."""

from forum.collections.models import Collection
from forum.entries.models import Kind
from forum.entries.titles import Titled, register

register(Kind.COLLECTION, Titled(Collection.__table__, address="/collections/{id}"))
