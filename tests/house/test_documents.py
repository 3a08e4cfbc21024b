"""Documents that fail when they lie."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from forum.kernel.mail import choose
from forum.kernel.settings import PREFIX, Settings, WrongSetting, from_environment

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def first_column(text: str) -> list[str]:
    """What stands in backquotes at the start of table rows."""
    return re.findall(r"^\| `?([\w.-]+)`? \|", text, re.M)


def test_the_readme_lists_every_setting_with_its_default_and_meaning_and_no_other():
    rows = {
        name: (default.strip("` "), meaning.strip())
        for name, default, meaning in re.findall(rf"^\| `{PREFIX}(\w+)` \| (.*?) \| (.*?) \|$", read("README.md"), re.M)
    }
    wanted = {f.name.upper(): (f.default, f.metadata["meaning"]) for f in fields(Settings)}
    assert rows == wanted, "The table in README.md and forum/kernel/settings.py say different things."


def test_the_map_names_every_slice_in_the_order_of_the_contract():
    [order] = [c["layers"] for c in PROJECT["tool"]["importlinter"]["contracts"] if c.get("exhaustive")]
    level = {name.strip(" ()"): depth for depth, layer in enumerate(order) for name in layer.split("|")}
    named = first_column(read("forum/README.md").split("## In a slice")[0])
    assert set(named) - {"slice"} == set(level), "forum/README.md must name each slice of the contract, and only those."
    depths = [level[name] for name in named if name in level]
    assert depths == sorted(depths), "forum/README.md lists the slices from top to bottom, like the contract."


def test_every_dependency_says_why_it_is_here():
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    wanted += read("requirements/assets.in").split()
    names = {re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0].lower() for line in wanted}
    explained = {name.lower() for name in first_column(read("docs/decisions/dependencies.md"))} - {"package"}
    assert names - explained == set(), (
        "Give each a row in docs/decisions/dependencies.md: need, why this one, instead of."
    )
    assert explained - names == set(), "docs/decisions/dependencies.md explains what is no longer here."


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    missing = [p.name for p in folder.glob("*.md") if p.name != "README.md" and f"({p.name})" not in index]
    assert missing == [], "Add a line to docs/decisions/README.md."


DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "forum" / "README.md"]


@pytest.mark.parametrize("path", sorted(str(document.relative_to(ROOT)) for document in DOCUMENTS))
def test_links_between_documents_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", read(path)):
        assert ((ROOT / path).parent / target).exists(), f"{path} links to {target}, which is not there."


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("SIGN_UP", "sometimes", "one of approval, open, invitation"),
        ("LANGUAGES", "en,tlh", "use some of"),
        ("LANGUAGES", ",", "at least one"),
        ("BASE_URL", "forum.example.org", "begin with one of http:"),
        ("DATABASE_URL", "mysql://x", "postgresql+psycopg:"),
        ("TRUSTED_PROXIES", "yes", "give a number"),
        ("LOG_FORMAT", "xml", "text, json"),
        ("MAIL_FROM", "nobody", "mail address"),
        ("REDIS_URL", "http://x", "redis:"),
        ("SITENAME", "x", "no such setting"),
        ("SITE_NAME", " ", "give the site a name"),
        ("BASE_URL", "https://a b", "the whole address"),
        ("REPLY_DOMAIN", "a b", "give a domain"),
        ("REPLY_DOMAIN", "ana@example.org", "give a domain"),
        ("REPLY_DOMAIN", "https://example.org", "give a domain"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_variable_value_and_what_would_be_right(name, value, advice):
    with pytest.raises(WrongSetting) as refused:
        from_environment({f"{PREFIX}{name}": value})
    sentence = str(refused.value)
    assert f"{PREFIX}{name}" in sentence and repr(value) in sentence and advice in sentence
    assert "\n" not in sentence


def test_a_folder_nothing_can_be_kept_in_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    for wrong in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(WrongSetting) as refused:
            from_environment({"FORUM_DATA_DIR": str(wrong)}).key()
        assert "FORUM_DATA_DIR" in str(refused.value) and "a folder the forum may write to" in str(refused.value)


@pytest.mark.parametrize("there", [False, True])
def test_a_key_to_sign_with_that_is_none_is_one_sentence(tmp_path, there):
    file = tmp_path / "key.pem"
    if there:
        file.write_text("no key")
    with pytest.raises(WrongSetting) as refused:
        choose(from_environment({"FORUM_DKIM_KEY": str(file), "FORUM_DATA_DIR": str(tmp_path)}))
    assert "FORUM_DKIM_KEY" in str(refused.value) and "private RSA key" in str(refused.value)


def test_a_secret_that_is_too_short_is_refused_without_being_shown():
    with pytest.raises(WrongSetting) as refused:
        from_environment({"FORUM_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_a_site_tried_on_another_port_links_to_itself():
    assert from_environment({"PORT": "8001"}).base_url == "http://127.0.0.1:8001"
    assert from_environment({"PORT": "8001", "FORUM_BASE_URL": "https://x.org"}).base_url == "https://x.org"
