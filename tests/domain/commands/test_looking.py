"""`forum permissions`, `forum events`, `forum check`: the site describes itself."""

from forum.access.rules import RULES
from forum.cli import forum
from forum.commands.looking import advice, check, events_, permissions
from forum.kernel import clock, jobs
from forum.kernel.events import KINDS
from forum.kernel.settings import Settings


def test_permissions_reads_every_rule_aloud(app):
    spoken = app.test_cli_runner().invoke(permissions).output
    for can in RULES:
        assert can.value in spoken
    assert "or a moderator" in spoken


def test_events_names_everything_that_can_happen(app):
    spoken = app.test_cli_runner().invoke(events_).output
    for name in KINDS:
        assert name in spoken


def test_only_our_own_chores_are_offered(app):
    spoken = app.test_cli_runner().invoke(forum, ["--help"]).output
    assert "load-record" in spoken and "member" in spoken
    for foreign in ("users", "roles", "--app", "--debug", "--env-file"):
        assert foreign not in spoken, f"{foreign} comes from a library, and knows none of our rules"


def test_check_fails_without_a_worker_and_says_how_to_start_one(app):
    result = app.test_cli_runner().invoke(check)
    assert result.exit_code == 1 and "forum worker" in result.output


def test_check_passes_once_a_worker_works_and_there_is_an_index(app, indexed):
    jobs.schedule(clock.now())
    jobs.drain()
    result = app.test_cli_runner().invoke(check)
    assert result.exit_code == 0, result.output


def test_a_public_site_that_writes_mail_to_files_is_told_so():
    sentences = advice(Settings(base_url="http://forum.example.org", secret_key="x" * 20))
    assert any("not https" in sentence for sentence in sentences)
    assert any("reaches nobody" in sentence for sentence in sentences)


def test_a_public_site_is_told_when_harvesters_have_nobody_to_write_to():
    def told(**values: str) -> list[str]:
        return [
            line for line in advice(Settings(base_url="https://forum.example.org", **values)) if "ADMIN_MAIL" in line
        ]

    assert len(told()) == 1 and "nobody@site.invalid" in told()[0]
    assert told(admin_mail="library@example.org") == told(mail_from="Forum <forum@example.org>") == []
