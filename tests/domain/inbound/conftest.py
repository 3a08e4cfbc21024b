import pytest

from forum.inbound.lane import READER
from forum.kernel.mail import Maildir, Office, Sender

DOMAIN = "reply.example.org"


@pytest.fixture
def front_desk(app, tmp_path, monkeypatch):
    """A site that takes answers by mail."""
    chosen = Office(Sender("Forum", "forum@example.org"), Maildir(tmp_path / "out"), return_domain=DOMAIN)
    monkeypatch.setitem(app.extensions, "forum.mail", chosen)
    yield chosen
    READER.close()
