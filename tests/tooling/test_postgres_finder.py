"""Tests find a PostgreSQL by themselves; a machine without one skips, CI does not."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.support import postgres

NO_SERVER = Path("/nowhere")


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(postgres, "DEBIAN", NO_SERVER)


def test_the_given_database_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://given")
    with postgres.server() as url:
        assert url == "postgresql://given"


def test_the_newest_debian_server_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin/initdb").touch()
    (tmp_path / "18" / "bin").mkdir(parents=True)  # client programs only
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    assert postgres.debian_binaries() == tmp_path / "17/bin"


def test_without_any_the_test_is_skipped_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "WHEEL", "a_package_that_is_absent")
    with pytest.raises(pytest.skip.Exception, match="No PostgreSQL"), postgres.server():
        pass


def test_without_any_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "WHEEL", "a_package_that_is_absent")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI does not skip"), postgres.server():
        pass


@pytest.mark.slow
@pytest.mark.postgres
def test_the_wheel_s_server_answers_and_is_ended() -> None:
    with postgres.server() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT lower('É')").fetchone() == ("é",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
