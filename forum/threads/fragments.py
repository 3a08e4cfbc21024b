"""The part of a post that looks the same to everybody, rendered once per version and language and kept.

Controls are not in it: they depend on who reads, and stand around it.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from flask import render_template
from markupsafe import Markup

from forum.kernel.text import trusted
from forum.threads.queries import PostRow
from forum.web.languages import chosen, time_zone

#: Some two thousand posts of a few kilobytes; the least recently shown ones make room.
AS_MANY = 2000

_kept: OrderedDict[tuple[object, ...], Markup] = OrderedDict()
_lock = Lock()


def fragment_of(post: PostRow, language: str, zone: str) -> Markup:
    """The header and wording of a post, in the reader's language and time zone."""
    # the wording's own hash too: a job may render it anew without making another version of it
    key = (post.id, post.version, hash(post.html), language, zone, post.author, post.is_hidden)
    with _lock:
        if (known := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return known
    made = trusted(render_template("threads/_wording.html", post=post, wording=trusted(post.html)))
    with _lock:
        _kept[key] = made
        while len(_kept) > AS_MANY:
            _kept.popitem(last=False)
    return made


def fragments_of(posts: list[PostRow]) -> list[tuple[PostRow, Markup]]:
    """Each post with its fragment, for the reader of this request."""
    language, zone = chosen(), time_zone()
    return [(post, fragment_of(post, language, zone)) for post in posts]
