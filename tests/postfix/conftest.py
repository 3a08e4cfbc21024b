"""One Postfix for all of these tests, and a site whose worker sends through it and takes what it brings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from flask_migrate import upgrade

from forum.app import create_app
from forum.kernel.db import begin_mode, db
from forum.kernel.settings import Settings
from tests import make, servers
from tests.postfix.server import AUTH_HOST, REPLY_DOMAIN, Postfix, postfix

SECRET = "a secret that only tests know"


@pytest.fixture(scope="module")
def mta() -> Iterator[Postfix]:
    with postfix() as running:
        yield running


@dataclass(frozen=True)
class Site:
    """A site in a database of its own, and who is in it."""

    app: Flask
    key: rsa.RSAPrivateKey
    cast: SimpleNamespace


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, mta: Postfix, tmp_path: Path) -> Iterator[Site]:
    if request.param == "sqlite":
        yield from running(mta, tmp_path, "")
    else:
        with servers.postgres_database("postfix") as url:
            yield from running(mta, tmp_path, url)


def running(mta: Postfix, folder: Path, url: str) -> Iterator[Site]:
    """The site with its worker in a process of its own, as an operator would start it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (folder / "dkim.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chosen = {
        "data_dir": str(folder / "data"),
        "secret_key": SECRET,
        "database_url": url,
        "mail_url": mta.url,
        "mail_from": "forum@forum.test",
        "mail_log": str(mta.log),
        "mail_auth_host": AUTH_HOST,
        "reply_domain": REPLY_DOMAIN,
        "lmtp_listen": f"127.0.0.1:{mta.lmtp}",
        "dkim_key": str(folder / "dkim.pem"),
    }
    (folder / "data").mkdir()
    mta.sink.taken.clear()
    app = create_app(Settings(**chosen))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FORUM_")}
    environment |= {f"FORUM_{name.upper()}": value for name, value in chosen.items() if value}
    with app.app_context(), (folder / "worker.log").open("wb") as log:
        begin_mode.set("immediate")
        upgrade()
        cast = make.cast()
        db.session.commit()
        command = [sys.executable, "-m", "forum.cli", "worker"]
        worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield Site(app, key, cast)
        finally:
            worker.terminate()
            worker.wait(30)
            db.session.remove()
            db.engine.dispose()
