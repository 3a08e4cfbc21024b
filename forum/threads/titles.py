"""Threads are called by their titles."""

from forum.entries.models import Kind
from forum.entries.titles import Titled, register
from forum.threads.models import Thread

register(Kind.THREAD, Titled(Thread.__table__, address="/threads/{id}"))
