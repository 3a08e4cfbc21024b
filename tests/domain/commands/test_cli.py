"""`forum …` finds each of its commands, and the site knows which migration it stands at."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest
from flask import current_app
from sqlalchemy import text

from forum.cli import COMMANDS, forum
from forum.kernel import health
from forum.kernel.db import db
from forum.kernel.schema import the_schema_is_the_newest


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_where_the_table_says_under_its_own_name(name):
    found = forum.get_command(click.Context(forum), name)
    assert found is not None and found.name == name and found.help


#: Each module in a process that has loaded nothing of ours before: what holds the tests together has loaded everything.
#: Libraries are loaded once for all of them, which is most of what it takes.
EACH_FIRST = """
import importlib, os, sys, traceback
import flask_babel, flask_migrate, flask_security, flask_sqlalchemy, flask_wtf, sqlalchemy.orm, sqlalchemy.dialects.sqlite
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            importlib.import_module(name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{name} cannot be loaded before the site")
"""


def test_each_command_can_be_loaded_before_the_site():
    modules = sorted({place.partition(":")[0] for place in COMMANDS.values()})
    tried = subprocess.run([sys.executable, "-c", EACH_FIRST, *modules], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr


def test_an_unknown_command_is_refused_kindly(app):
    said = app.test_cli_runner().invoke(forum, ["dance"])
    assert said.exit_code == 2 and "No such command 'dance'" in said.output


@pytest.mark.parametrize(("command", "number"), [("run", "abc"), ("web", "²"), ("web", "0")])
def test_a_number_of_processes_that_is_none_is_said_in_one_sentence(tmp_path, command, number):
    """In a process of its own: gunicorn reads it when it is loaded, which here it may be already."""
    environment = {**os.environ, "WEB_CONCURRENCY": number, "FORUM_DATA_DIR": str(tmp_path)}
    tried = subprocess.run(
        [sys.executable, "-m", "forum.cli", command], env=environment, capture_output=True, text=True
    )
    said = tried.stderr.strip()
    assert tried.returncode == 1 and f"WEB_CONCURRENCY is '{number}', which cannot work" in said and "\n" not in said


def test_the_schema_is_well_at_the_newest_migration(app):
    assert the_schema_is_the_newest() == f"at migration {current_app.extensions['migrate'].newest}"


def test_a_schema_that_is_behind_says_what_to_do(app):
    newest = current_app.extensions["migrate"].newest
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(health.Unwell, match=r"stands at 0001.*forum init"):
        the_schema_is_the_newest()
    db.session.rollback()
    assert the_schema_is_the_newest() == f"at migration {newest}"
