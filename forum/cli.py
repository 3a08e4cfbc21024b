"""`forum …`: every chore from the command line. Commands live beside their slice, in `commands.py`.

Each is loaded when it is asked for, and the site when a command wants it: a web server that runs for months needs none
of what the others bring along, and whoever looks after its processes needs no site (`forum/serving/keeper.py`).
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from forum import __version__
from forum.kernel.settings import WrongSetting

if TYPE_CHECKING:
    from flask import Flask

#: In which module each command is, and under which name.
COMMANDS = {
    "init": "forum.commands.preparing:init",
    "run": "forum.commands.running:run",
    "web": "forum.commands.running:web",
    "worker": "forum.commands.preparing:worker",
    "check": "forum.commands.looking:check",
    "permissions": "forum.commands.looking:permissions",
    "events": "forum.commands.looking:events_",
    "backup": "forum.commands.keeping:backup",
    "restore": "forum.commands.keeping:restore",
    "db": "flask_migrate.cli:db",
    "load-record": "forum.record.commands:load_record",
    "digests": "forum.notifications.commands:digests",
    "find-citations": "forum.instruments.commands:find_citations",
    "import-files": "forum.library.commands:import_files",
    "read-again": "forum.library.commands:read_again",
    "import-resources": "forum.imports.commands:import_resources",
    "reindex": "forum.search.commands:reindex",
    "search": "forum.search.commands:search_command",
    "synth": "forum.synth.commands:synth",
    "demo": "forum.demo.commands:demo",
    "member": "forum.accounts.commands:member_group",
    "mail": "forum.mailing.commands:mail_group",
}


class Commands(click.Group):
    """Finds a command in COMMANDS and loads it."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        if context.obj is None and (flask_cli := sys.modules.get("flask.cli")):
            context.obj = flask_cli.ScriptInfo(create_app=create_app)  # where `with_appcontext` looks
        return found


def create_app() -> Flask:
    """The site, for a command that wants it."""
    site: Flask = import_module("forum.app").create_app()
    return site


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="forum")
def forum() -> None:
    """The online home of the Justice With Children community of practice."""


def main() -> None:
    """Run a command; a wrong setting is one sentence, not a traceback."""
    try:
        forum()
    except WrongSetting as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
