"""The house style about itself. Each message says what to do instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted((ROOT / "forum").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))

#: Mails are shown outside of our pages, where style must be in them; they have no other content policy than the reader's.
PAGES = [path for path in TEMPLATES if path.parent.name != "mail"]

#: Where a transaction ends: per request, per job, and once per command.
COMMITS = {
    *("forum/web/transactions.py", "forum/kernel/jobs.py", "forum/kernel/mail/sending.py", "forum/kernel/bulk.py"),
    "forum/library/extracting.py",  # a lane of the worker: claim and record of each file
    "forum/library/importing.py",  # a command's work: one transaction for each file
    "forum/library/links/checking.py",  # the same for each address tried
    "forum/inbound/arriving.py",  # a mail is kept before anybody is told that we have it
    "forum/inbound/lane.py",  # a lane of the worker: claim and fate of each mail
    "forum/notifications/preparing.py",  # a lane of the worker: one transaction for each digest
    "forum/kernel/turns.py",  # says to the driver what the two above asked for
    "forum/kernel/written.py",  # the same, when a commit is under way: its last statement and COMMIT in one journey
    "forum/search/asked.py",  # in a turn of the worker: what web processes noted in a file
    "forum/search/checking.py",  # in a turn of the worker: it reads for seconds, and writes at the end
    "forum/search/engines/tantivy/store.py",  # commits its own index, not the database
}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "lib", "service", "services", "core"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    """`file:line` of every line that matches, for a message one can click on."""
    return [
        f"{name(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_no_template_trusts_text_by_itself():
    assert lines_with(r"\|\s*safe\b", TEMPLATES) == [], (
        "`|safe` switches escaping off. Member text becomes Markup in forum/kernel/text.py, after it was sanitised; "
        "everything else is escaped."
    )


def test_no_template_carries_script_or_style_the_content_policy_would_refuse():
    assert lines_with(r"<style|\sstyle=|\son[a-z]+=\"|hx-on|=\"js:|<script(?![^>]*(?:src=|json))", PAGES) == [], (
        "The content security policy refuses inline script and style: use static/site.js and static/site.css."
    )


def test_transactions_end_in_one_place():
    elsewhere = [
        path
        for path in PYTHON
        if name(path) not in COMMITS and path.name != "commands.py" and "commands/" not in name(path)
    ]
    assert lines_with(r"\.commit\(\)", elsewhere) == [], (
        "Nothing commits but the request (forum/web/transactions.py), the job (forum/kernel/jobs.py) and a command. "
        "Use save() or flush(): the work then commits, or vanishes, as one."
    )


def test_the_time_is_asked_for_in_one_place():
    others = [path for path in PYTHON if name(path) != "forum/kernel/clock.py"]
    assert lines_with(r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\(", others) == [], (
        "Ask forum.kernel.clock.now(): a test can stop it."
    )


def test_markup_is_made_in_one_place():
    others = [path for path in PYTHON if name(path) not in ("forum/kernel/text.py", "forum/web/words.py")]
    assert lines_with(r"\bMarkup\(", others) == [], (
        "Only forum/kernel/text.py says Markup(): it knows what was sanitised. (forum/web/words.py does for sentences "
        "of our own catalogues, as Jinja would.)"
    )


def test_modules_are_named_after_what_they_hold():
    vague = [name(path) for path in PYTHON if VAGUE & {path.stem, *path.parent.relative_to(ROOT).parts}]
    assert vague == [], "A name such as `utils` says nothing: name the module after the noun it is about."


def test_every_module_begins_by_saying_what_it_is_for():
    silent = [
        name(path) for path in PYTHON if (t := path.read_text()).strip() and not t.lstrip().startswith(('"""', 'r"""'))
    ]
    assert silent == [], "Begin the module with a docstring: the one sentence a newcomer needs."


@pytest.mark.parametrize("path", ["requirements/run.txt", "requirements/test.txt", "requirements/assets.txt"])
def test_the_lock_names_no_host_and_every_line_has_a_hash(path):
    text = (ROOT / path).read_text()
    assert "://" not in text and "--index-url" not in text, "A lock that names a registry works only where it was made."
    pinned = re.findall(r"^[a-z0-9].*==", text, re.M | re.I)
    assert len(pinned) and text.count("--hash=sha256:") >= len(pinned)


def test_sizes_are_said_in_the_readers_language():
    assert lines_with(r"filesizeformat", TEMPLATES) == [], "Jinja's filter speaks English only: use `size`."
