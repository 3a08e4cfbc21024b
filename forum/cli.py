"""`forum …`: every chore from the command line. Commands live beside their slice, in `commands.py`."""

from __future__ import annotations

import sys

import click
from flask.cli import FlaskGroup
from flask_migrate.cli import db as database

from forum import __version__, commands
from forum.accounts.commands import member_group
from forum.app import create_app
from forum.demo.commands import demo
from forum.imports.commands import import_resources
from forum.instruments.commands import find_citations
from forum.kernel.settings import WrongSetting
from forum.library.commands import import_files, read_again
from forum.notifications.commands import digests
from forum.record.commands import load_record
from forum.search.commands import reindex, search_command
from forum.synth.commands import synth

COMMANDS: tuple[click.Command, ...] = (
    *commands.COMMANDS,
    database,
    load_record,
    digests,
    find_citations,
    import_files,
    read_again,
    import_resources,
    reindex,
    search_command,
    synth,
    demo,
    member_group,
)


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False, add_version_option=False)
@click.version_option(__version__, prog_name="forum")
def forum() -> None:
    """The online home of the Justice With Children community of practice."""


for command in COMMANDS:
    forum.add_command(command)


def main() -> None:
    """Run a command; a wrong setting is one sentence, not a traceback."""
    try:
        forum()
    except WrongSetting as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
