"""What is done apart leaves nothing in this process but what it did outside."""

from __future__ import annotations

import sys

import click
import pytest

from forum.commands.apart import apart


def test_it_is_done_in_another_process(tmp_path):
    here = []
    apart(lambda: (here.append(1), (tmp_path / "done").touch())[1])
    assert (tmp_path / "done").exists() and here == []


def refuse() -> None:
    raise click.ClickException("It cannot be done; do something else.")


def test_what_went_wrong_is_said_and_ends_the_command(capfd):
    with pytest.raises(SystemExit) as ended:
        apart(refuse)
    assert ended.value.code == 1 and "do something else" in capfd.readouterr().err


def test_an_exit_code_is_passed_on():
    with pytest.raises(SystemExit) as ended:
        apart(lambda: sys.exit(3))
    assert ended.value.code == 3


def test_an_error_nobody_expected_is_shown(capfd):
    with pytest.raises(SystemExit):
        apart(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    assert "ZeroDivisionError" in capfd.readouterr().err
