"""The whole record, loaded once for each test that asks for it."""

import pytest

from forum.kernel.db import db
from forum.record.loading import load


@pytest.fixture
def record(app):
    load()
    db.session.commit()
