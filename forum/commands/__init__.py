"""The commands that concern the site as a whole; those of one slice live beside it, in its `commands.py`."""

from __future__ import annotations

import click

from forum.commands.keeping import backup, restore
from forum.commands.looking import check, events_, permissions
from forum.commands.running import init, run, web, worker

COMMANDS: tuple[click.Command, ...] = (init, run, web, worker, check, permissions, events_, backup, restore)
