"""Heavy libraries wait until somebody uses them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from forum.kernel.later import Later

HEAVY = (
    "alembic",
    "mako",
    "openpyxl",
    "lxml",
    "PIL",
    "icalendar",
    "tantivy",
    "boto3",
    "docx",
    "pptx",
    "pypdfium2",
    "bibtexparser",
)


def test_it_is_the_module_once_it_is_used():
    assert Later("colorsys").rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_what_is_not_in_it_is_missed_as_ever():
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        _ = Later("colorsys").nothing_of_this_name


@pytest.mark.slow
def test_the_web_server_is_built_without_what_few_requests_need(tmp_path):
    """Each of these weighs megabytes, in every process."""
    asked = (
        "import sys; from forum.cli import forum; import forum.commands.preparing; from forum.app import create_app; "
        f"create_app(); print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked], env={"FORUM_DATA_DIR": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


def test_whoever_looks_after_the_processes_holds_no_application():
    """Only what is theirs: what they bring is in memory beside everything else."""
    asked = (
        "import sys; from forum.cli import forum; import forum.commands.running; "
        "print([name for name in ('flask', 'sqlalchemy', 'jinja2', 'forum.app', 'forum.worker') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
