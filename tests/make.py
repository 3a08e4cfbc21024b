"""Builders of things for tests: each returns a flushed row, with sensible values for what is not said.

They write rows directly where a test needs a state; tests of operations call the operations.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any, TypeVar

from forum.accounts.models import Member, Office
from forum.community.models import (
    Country,
    Group,
    GroupKind,
    GroupVisibility,
    Joining,
    Membership,
    MembershipRole,
    Region,
    Theme,
)
from forum.entries.models import Visibility
from forum.kernel import clock
from forum.kernel import db as kernel_db
from forum.kernel.db import db
from forum.library.models import FilePage, Licence, PendingFile, Reading, Resource, ResourceFile
from forum.library.receiving import receive
from forum.threads.models import Post, Thread

T = TypeVar("T")
_numbers = itertools.count(1)
_together: ContextVar[bool] = ContextVar("together", default=False)


def save(row: T) -> T:
    """Give the row its id, or leave that to the end of `together`."""
    if not _together.get():
        return kernel_db.save(row)
    db.session.add(row)
    return row


@contextmanager
def together() -> Iterator[None]:
    """Rows that need no id of one another are written in one go: the cast comes on for every other test."""
    token = _together.set(True)
    try:
        yield
    finally:
        _together.reset(token)
    db.session.flush()


def member(handle: str = "", **values: Any) -> Member:
    """An admitted member; `handle` gives name and address too."""
    handle = handle or f"member{next(_numbers)}"
    now = clock.now()
    defaults = {
        "name": handle.capitalize(),
        "email": f"{handle}@example.org",
        "confirmed_at": now,
        "approved_at": now,
        "adult_stated_at": now,
        "charter_accepted_at": now,
    }
    return save(Member(handle=handle, **{**defaults, **values}))


def region(slug: str = "", **values: Any) -> Region:
    slug = slug or f"region-{next(_numbers)}"
    return save(Region(slug=slug, **{"labels": {"en": slug.replace("-", " ").title()}, **values}))


def country(code: str, *, of: Region, **values: Any) -> Country:
    return save(Country(code=code, region_id=of.id, **{"labels": {"en": code}, **values}))


def theme(slug: str = "", **values: Any) -> Theme:
    slug = slug or f"theme-{next(_numbers)}"
    return save(Theme(slug=slug, **{"labels": {"en": slug.replace("-", " ").capitalize()}, **values}))


def group(slug: str = "", **values: Any) -> Group:
    slug = slug or f"group-{next(_numbers)}"
    defaults = {
        "kind": GroupKind.WORKING,
        "name": slug.replace("-", " ").title(),
        "visibility": GroupVisibility.PUBLIC,
        "joining": Joining.OPEN,
    }
    return save(Group(slug=slug, **{**defaults, **values}))


def membership(who: Member, of: Group, role: MembershipRole = MembershipRole.MEMBER, **values: Any) -> Membership:
    return save(Membership(member_id=who.id, group_id=of.id, role=role, **{"joined_at": clock.now(), **values}))


VISIBILITY_IN = {
    GroupVisibility.PUBLIC: Visibility.PUBLIC,
    GroupVisibility.MEMBERS: Visibility.MEMBERS,
    GroupVisibility.PRIVATE: Visibility.GROUP,
}


QUESTION = "How do you *measure* it?"


def thread(by: Member, within: Group, title: str = "Water in custody", body: str = QUESTION, **values: Any) -> Thread:
    """A thread with its opening post."""
    row = opened(by, within, title, **values)
    post(row, by=by, body=body)
    return row


def opened(by: Member, within: Group, title: str = "Water in custody", **values: Any) -> Thread:
    """A thread whose opening post is still to come."""
    values.setdefault("visibility", VISIBILITY_IN[within.visibility])
    return save(Thread(author_id=by.id, group_id=within.id, title=title, last_poster_id=by.id, **values))


def post(thread: Thread, *, by: Member, body: str = "With a bucket.", **values: Any) -> Post:
    thread.post_count += 1
    defaults = {
        "group_id": thread.group_id,
        "visibility": thread.visibility,
        "number": thread.post_count,
        "html": f"<p>{body}</p>",
        "rendered_by": "test",
    }
    return save(Post(thread_id=thread.id, author_id=by.id, body=body, **{**defaults, **values}))


def resource(title: str = "Diversion in the Andes", *, by: Member | None = None, **values: Any) -> Resource:
    """A resource anybody may see; of the record when nobody is its author."""
    defaults = {"type": "report", "licence": Licence.CC_BY, "url": "https://example.org/report"}
    return save(Resource(title=title, author_id=by.id if by else None, **{**defaults, **values}))


def pending(by: Member, content: bytes = b"Some words about diversion.", name: str = "words.txt") -> PendingFile:
    """A file that was sent and waits; its bytes are in the store."""
    got = receive(io.BytesIO(content), name)
    return save(PendingFile(member_id=by.id, **vars(got)))


def file(
    of: Resource, content: bytes = b"Some words about diversion.", name: str = "words.txt", **values: Any
) -> ResourceFile:
    """A file of a resource; its bytes are in the store."""
    got = receive(io.BytesIO(content), name)
    defaults = {"number": 1, "added_by_id": of.author_id, **vars(got)}
    return save(ResourceFile(resource_id=of.id, **{**defaults, **values}))


def read_file(of: Resource, *pages: str, language: str = "en", **values: Any) -> ResourceFile:
    """A file of a resource, read already when its pages are said; the bytes are in no store."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "number": number,
        "name": f"file-{number}.pdf",
        "media_type": "application/pdf",
        "size": 1000,
        "sha256": f"{number:064x}",
        "blob_key": f"{number:064x}",
        "reading": Reading.READ if pages else Reading.WAITING,
        "read_at": clock.now() if pages else None,
        "page_count": len(pages) or None,
    }
    row = save(ResourceFile(resource_id=of.id, **{**defaults, **values}))
    for page_number, text in enumerate(pages, 1):
        save(FilePage(file_id=row.id, number=page_number, text=text, language=language, confidence=1.0))
    return row


def cast() -> SimpleNamespace:
    """The permanent cast, in a community of two regions, two themes and a group for each."""
    with together():
        andes, sahel = region("andes"), region("sahel")
        diversion, detention = theme("diversion"), theme("detention")
        ana, bao, dora = member("ana"), member("bao"), member("dora")
        youssef = member("youssef", language="ar")
        chidi = member("chidi", office=Office.MODERATOR)
        sofia = member("sofia", office=Office.SECRETARIAT)
    with together():
        andes_group = group("andes", kind=GroupKind.REGION, region_id=andes.id, name="Andes")
        sahel_group = group("sahel", kind=GroupKind.REGION, region_id=sahel.id, name="Sahel")
        closed_group = group("inner-circle", visibility=GroupVisibility.PRIVATE, joining=Joining.REQUEST)
    with together():
        membership(ana, andes_group, MembershipRole.FACILITATOR)
        membership(ana, closed_group, MembershipRole.FACILITATOR)
        membership(bao, andes_group)
        membership(dora, sahel_group)
        membership(youssef, sahel_group)
    with together():
        threads = opened(ana, andes_group), opened(ana, closed_group, title="Between us")
    with together():
        post(threads[0], by=ana, body=QUESTION)
        post(threads[1], by=ana, body="MARKER-PRIVATE")
    return SimpleNamespace(
        andes=andes,
        sahel=sahel,
        diversion=diversion,
        detention=detention,
        andes_group=andes_group,
        sahel_group=sahel_group,
        closed_group=closed_group,
        ana=ana,
        bao=bao,
        chidi=chidi,
        dora=dora,
        youssef=youssef,
        sofia=sofia,
        thread=threads[0],
        closed_thread=threads[1],
    )
