"""`forum member create`: the first secretariat, made on the command line."""

import pytest
from sqlalchemy import func, select

from forum.accounts.commands import member_group
from forum.accounts.models import Member, Office
from forum.kernel.db import db


@pytest.fixture
def create(app):
    """Run the command with a password on standard input."""

    def run(*arguments, password="llueve sobre el tejado"):
        db.session.commit()
        return app.test_cli_runner().invoke(
            member_group, ["create", *arguments, "--password-stdin"], input=f"{password}\n"
        )

    return run


def test_a_secretariat_is_made_admitted_and_told_of_the_second_step(create):
    done = create("--email", "eva@example.org", "--name", "Eva  Ríos", "--role", "secretariat")
    assert done.exit_code == 0 and "second step" in done.output
    eva = db.session.scalars(select(Member)).one()
    assert (eva.name, eva.handle, eva.office) == ("Eva Ríos", "eva-rios", Office.SECRETARIAT)
    assert eva.is_admitted and eva.verify_and_update_password("llueve sobre el tejado")


@pytest.mark.parametrize(
    ("arguments", "password", "sentence"),
    [
        (("--email", "nowhere", "--name", "Eva"), "llueve sobre el tejado", "no e-mail address"),
        (("--email", "e@example.org", "--name", "Eva"), "password1234", "password will not do"),
        (("--email", "e@example.org", "--name", "Eva"), "short", "at least 10"),
        (("--email", "e@example.org", "--name", "Eva", "--role", "king"), "llueve sobre el tejado", "king"),
    ],
)
def test_what_will_not_do_is_said_and_nobody_is_made(create, arguments, password, sentence):
    done = create(*arguments, password=password)
    assert done.exit_code != 0 and sentence in done.output
    assert db.session.scalar(select(func.count(Member.id))) == 0


def test_an_address_is_used_once(create):
    create("--email", "eva@example.org", "--name", "Eva")
    again = create("--email", "EVA@example.org", "--name", "Eva")
    assert again.exit_code == 1 and "already" in again.output
