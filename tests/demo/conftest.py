"""One portal that holds the demonstration, per database engine, for all the tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app, db
from tests.support.backends import POSTGRES


@pytest.fixture(scope="session", params=["sqlite", POSTGRES])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal that holds the demonstration; no test writes to it but sessions of its accounts."""
    template = request.getfixturevalue(f"{request.param}_template")
    with template.copy() as url:
        app = portal(url, tmp_path_factory.mktemp("instance"))
        result = app.test_cli_runner().invoke(args=["demo"])
        assert result.exit_code == 0, result.output
        yield app
        with app.app_context():
            db.engine().dispose()


def portal(url: str, instance: Path) -> Flask:
    secret = "a secret of the tests, long enough to be accepted"
    made = create_app(database_url=url, secret_key=secret, instance_path=instance, rate_limits=False)
    made.testing = True
    return made
