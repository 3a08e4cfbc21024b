"""`forum synth`: fill a site with an invented community of a given size."""

from __future__ import annotations

from random import Random

import click
from flask.cli import with_appcontext
from flask_security import hash_password
from sqlalchemy import exists, select, text

from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry
from forum.kernel import editions
from forum.kernel.db import begin_mode, db
from forum.synth import conversations, people, plan
from forum.synth.bulk import Bulk
from forum.synth.text import Writer

PASSWORD = "invented for measuring"  # noqa: S105 (published on purpose)


@click.command("synth")
@click.option("--groups", default=50, show_default=True, type=click.IntRange(1), help="How many groups.")
@click.option("--threads", default=10_000, show_default=True, type=click.IntRange(0), help="How many threads.")
@click.option("--posts", default=200_000, show_default=True, type=click.IntRange(0), help="How many posts in all.")
@click.option("--members", default=5_000, show_default=True, type=click.IntRange(1, 999_999), help="How many members.")
@click.option("--resources", default=1_000, show_default=True, type=click.IntRange(0), help="How many resources.")
@click.option(
    "--hot-thread", default=5_000, show_default=True, type=click.IntRange(0), help="Posts of one busy thread."
)
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same community.")
@with_appcontext
def synth(groups: int, threads: int, posts: int, members: int, resources: int, hot_thread: int, seed: int) -> None:
    """Fill this site with an invented community, for benchmarks.

    Members sign in as synth00001@example.org and so on, all with one published password: a site with real members
    is therefore refused. Run `forum reindex` afterwards to make everything findable.
    """
    if posts < threads:
        raise click.UsageError("Every thread has an opening post: --posts must not be less than --threads.")
    size = plan.Size(groups, threads, posts, members, resources, hot_thread)
    begin_mode.set("immediate")
    with db.session.begin():
        if db.session.scalar(select(exists().where(Member.is_demo.is_(False)))):
            raise click.ClickException("This site has real members. Invented ones belong on a site of their own.")
        fill(size, seed)
        db.session.execute(text("ANALYZE"))  # as a database that grew to this size would know itself
    click.echo(f"Done. Sign in as synth00001@example.org with the password: {PASSWORD}")


def fill(size: plan.Size, seed: int, *, quiet: bool = False) -> list[int]:
    """Invent the community in the caller's transaction; returns the ids of its threads, oldest first."""
    bulk, random = Bulk(db.session.connection()), Random(seed)  # noqa: S311 (nothing secret is made)

    def say(sentence: str) -> None:
        if not quiet:
            click.echo(sentence)

    say(f"Inventing {size.members} members in {size.groups} groups …")
    where = people.places(bulk)
    first = people.add_members(bulk, size, where, hash_password(PASSWORD), random)
    in_groups = plan.members_of_groups(size, random)
    groups = people.add_groups(bulk, size, where, in_groups, first, random)
    say(f"Inventing {size.threads} threads with {size.posts} posts …")
    writer = Writer(random)
    planned = plan.threads(size, in_groups, random)
    with click.progressbar(length=size.posts, label="Posts", hidden=quiet, update_min_steps=1000) as bar:
        ids = conversations.add_threads(bulk, planned, groups, first, where, writer, bar.update)
    conversations.add_links(bulk, ids, random)
    say(f"Inventing {size.resources} resources …")
    conversations.add_resources(bulk, size.resources, first, size.members, where, writer)
    editions.content_changed(bulk.connection)
    bulk.set_sequences(Member.__table__, Group.__table__, Entry.__table__)  # type: ignore[arg-type]
    return ids
