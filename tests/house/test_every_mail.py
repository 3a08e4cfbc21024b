"""No mail leaves unchecked: every place that promises one has its deed in tests/every_mail.py."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.every_mail import MAILS

ROOT = Path(__file__).resolve().parents[2]
PROMISES = {"promise", "promise_all"}


def places() -> set[str]:
    """file:function of every call that promises a mail, but for the kernel's own."""
    found = set()
    for path in sorted((ROOT / "forum").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("forum/kernel/"):
            continue
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(promises(node) for node in ast.walk(function)):
                found.add(f"{name}:{function.name}")
    return found


def promises(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in PROMISES


def test_every_mail_we_promise_is_checked():
    unchecked = places() - MAILS.keys()
    assert not unchecked, (
        f"{', '.join(sorted(unchecked))} promises a mail that nobody checks: add a deed for it in tests/every_mail.py, "
        "so that tests/domain/mailing/test_every_mail.py holds it against every rule of forum/mailing/checking."
    )


def test_no_deed_is_left_over():
    assert MAILS.keys() - places() == set(), (
        "these promise no mail any more: take their deed out of tests/every_mail.py"
    )
