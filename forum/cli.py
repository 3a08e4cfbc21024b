"""`forum …`: every chore from the command line. Commands live beside their slice, in `commands.py`.

Each is loaded when it is asked for: a web server that runs for months needs none of what the others bring along.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click
from flask.cli import FlaskGroup

from forum import __version__
from forum.app import create_app
from forum.kernel.settings import WrongSetting

#: In which module each command is, and under which name.
COMMANDS = {
    "init": "forum.commands.running:init",
    "run": "forum.commands.running:run",
    "web": "forum.commands.running:web",
    "worker": "forum.commands.running:worker",
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


class Commands(FlaskGroup):
    """Finds a command in COMMANDS and loads it; else among those the libraries bring."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(context)})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(context, name)
        module, _, attribute = COMMANDS[name].partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found


@click.group(cls=Commands, create_app=create_app, add_default_commands=False, add_version_option=False)
@click.version_option(__version__, prog_name="forum")
def forum() -> None:
    """The online home of the Justice With Children community of practice."""


#: Which application, and how it is debugged, is no question here.
forum.params = [option for option in forum.params if option.name not in {"env_file", "app", "debug"}]


def main() -> None:
    """Run a command; a wrong setting is one sentence, not a traceback."""
    try:
        forum()
    except WrongSetting as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
