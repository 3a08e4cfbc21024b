"""A digest as lines to be read: what each thing is called, why it is there, and where it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, select, tuple_

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.models import Group
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Entry, Visibility
from forum.entries.titles import named, titled_entries
from forum.kernel.db import db
from forum.kernel.plain import plain
from forum.notifications.gathering import Candidate
from forum.notifications.models import Section, Weight, Why
from forum.threads.models import Post

EXCERPT = 140  # characters


@dataclass(frozen=True)
class Line:
    """One thing, in its reader's words."""

    position: int
    entry_id: int
    section: Section
    title: str
    language: str
    path: str
    why: str  # a sentence
    note: str  # "3 new posts", "Andes · 1 post"
    excerpt: str = ""
    quoted: int | None = None  # number of the post it is the beginning of


def lines_of(chosen: Iterable[Candidate], *, reader: Member) -> list[Line]:
    """The lines, for what the reader may still see. To be called in the reader's language.

    What only the members of a group may read appears as a title and a link, without an excerpt.
    """
    candidates = list(chosen)
    if not candidates:
        return []
    ids = [each.entry_id for each in candidates]
    seen = titled_entries().where(Entry.id.in_(ids), visible_to(reader))
    titles = {each.id: each for each in named(seen)}
    groups = _groups(candidates)
    said = _words(candidates, reader)
    made: list[Line] = []
    for each in candidates:
        if (title := titles.get(each.entry_id)) is None:
            continue
        path = title.url
        if each.section is Section.REPLIES and each.number:
            path = f"{title.url}/posts/{each.number}"
        excerpt, quoted = said.get(each.entry_id, ("", None)) if each.weight is not Weight.TITLES else ("", None)
        made.append(
            Line(
                len(made) + 1,
                each.entry_id,
                each.section,
                title.title,
                title.language,
                path,
                why(each, groups, reader.language),
                note(each, groups, reader.language, title.reference),
                excerpt,
                quoted,
            )
        )
    return made


def _groups(candidates: list[Candidate]) -> dict[int, Group]:
    ids = {each.group_id for each in candidates if each.group_id is not None}
    return {group.id: group for group in db.session.scalars(select(Group).where(Group.id.in_(ids)))} if ids else {}


def _words(candidates: list[Candidate], reader: Member) -> dict[int, tuple[str, int]]:
    """How the opening post of a new thread begins, and of one with replies the latest, with that post's number; by thread."""
    numbers = {each.entry_id: 1 for each in candidates if each.section is Section.THREADS}
    numbers |= {each.entry_id: each.latest for each in candidates if each.section is Section.REPLIES and each.latest}
    if not numbers:
        return {}
    post = Post.__table__.c
    these = tuple_(post.thread_id, post.number).in_(list(numbers.items()))
    query: Any = select(post.thread_id, post.number, post.body).join(Entry, Entry.id == post.id)
    rows = db.session.execute(query.where(these, *may_be_quoted(reader)))
    return {row.thread_id: (shortened(plain(row.body)), row.number) for row in rows}


def may_be_quoted(reader: Member) -> tuple[ColumnElement[bool], ...]:
    """Posts, joined to their entries, whose words a digest may say to a reader: none that only a group may read."""
    open_to_many = Entry.visibility.in_((Visibility.PUBLIC, Visibility.MEMBERS))
    return Post.__table__.c.deleted_at.is_(None), Entry.hidden_at.is_(None), open_to_many, visible_to(reader)


def shortened(text: str, length: int = EXCERPT) -> str:
    """The beginning of a text, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0] + " …"


def why(candidate: Candidate, groups: dict[int, Group], language: str) -> str:
    """Why this line is there, as a sentence to the reader."""
    if candidate.why is Why.GROUP and candidate.group_id in groups:
        return _("you are in “%(group)s”", group=groups[candidate.group_id].label(language))
    if candidate.why is Why.THEME:
        return _("its theme is one of yours: %(theme)s", theme=_first(all_themes(), candidate.themes, language))
    if candidate.why is Why.REGION:
        return _("it is about your region: %(region)s", region=_first(all_regions(), candidate.regions, language))
    sentences = {
        Why.FOLLOWED: _("you follow it"),
        Why.STARTED: _("you started it"),
        Why.REPLIED: _("you took part in it"),
        Why.MENTIONED: _("you were named in it"),
    }
    return sentences.get(candidate.why, _("it is in one of your groups"))


def _first(words: Iterable[object], ids: frozenset[int], language: str) -> str:
    for word in words:
        if word.id in ids:  # type: ignore[attr-defined]
            return str(word.label(language))  # type: ignore[attr-defined]
    return "–"


def note(candidate: Candidate, groups: dict[int, Group], language: str, reference: str | None) -> str:
    """What else is worth knowing before opening it."""
    if candidate.section is Section.REPLIES:
        return ngettext("%(num)s new post", "%(num)s new posts", candidate.count)
    if candidate.section is Section.THREADS:
        if candidate.posts == 1:
            return _("nobody has answered yet")
        return ngettext("%(num)s post", "%(num)s posts", candidate.posts)
    return reference or ""
