"""`flask demo`: writes once, whole; refuses a database with real accounts; tells a newcomer where to start."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app, db
from app.demo import loader
from app.demo.stage import Stage, cast
from app.demo.tour import PASSWORD, VISITORS
from app.models import Base
from tests import factories
from tests.support.backends import SQLITE_ONLY
from tests.support.time import frozen


def run(app: Flask, *options: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["demo", *options])
    return result.exit_code, result.output


def rows(app: Flask) -> dict[str, int]:
    """In a context of its own: the command opens the only session of its."""
    with app.app_context():
        return {
            name: db.session().scalars(sa.select(sa.func.count()).select_from(table)).one()
            for name, table in Base.metadata.tables.items()
        }


def open_real_account(app: Flask) -> None:
    with app.app_context():
        factories.account(db.session())
        db.session().commit()


def test_a_second_run_says_so_prints_accounts_password_and_address_and_changes_nothing(told: Flask):
    before = rows(told)
    code, text = run(told)
    assert rows(told) == before
    assert code == 0
    assert text.startswith("La démonstration est déjà là")
    assert PASSWORD in text
    assert "http://127.0.0.1:5000" in text
    for visitor in VISITORS:
        assert cast()[visitor.key].email in text


def test_a_real_account_is_reason_to_refuse_in_one_sentence(app: Flask):
    open_real_account(app)
    before = rows(app)
    code, text = run(app)
    assert code == 1
    assert text == "Cette base contient de vrais comptes\u00a0: la démonstration n’y est pas écrite.\n"
    assert rows(app) == before


@SQLITE_ONLY
def test_make_run_is_not_stopped_by_real_accounts(app: Flask):
    open_real_account(app)
    before = rows(app)
    assert run(app, "--if-empty") == (0, "")
    assert rows(app) == before


@SQLITE_ONLY
def test_a_portal_in_production_gets_no_account_with_a_public_password(database_url: str, tmp_path: Path):
    secret, address = "vQ8-only-for-this-test-zK41xwR97bTn0s", "https://relais.example"
    app = create_app(
        relais_env="production",
        secret_key=secret,
        public_url=address,
        database_url=database_url,
        instance_path=tmp_path,
    )
    before = rows(app)
    code, text = run(app)
    assert code == 1
    assert "ne s’écrit pas en production" in text
    assert rows(app) == before
    with app.app_context():
        db.engine().dispose()


@pytest.mark.slow
def test_nothing_is_left_of_a_demonstration_that_breaks(app: Flask, monkeypatch: pytest.MonkeyPatch):
    before = rows(app)

    def fail(_stage: Stage, _who: str) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(Stage, "decline_nomination", fail)
    with app.app_context(), pytest.raises(RuntimeError, match="power"):
        loader.load()
    assert rows(app) == before


@pytest.mark.slow
@SQLITE_ONLY
def test_the_worker_writes_the_invitation_of_the_person_about_to_be_named(database_url: str, tmp_path: Path):
    """On a working day, at an hour when CPTS are asked whether their page is still true."""
    app = create_app(database_url=database_url, instance_path=tmp_path)
    with frozen():
        assert run(app)[0] == 0
        assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0
    mails = [file.read_text(encoding="utf-8") for file in (tmp_path / "mails").iterdir()]
    with app.app_context():
        db.engine().dispose()
    to = [next(line for line in mail.splitlines() if line.startswith("To:")) for mail in mails]
    assert f"To: {cast()['arnaud'].email}" in to
    assert len(mails) <= 40, "of hundreds: old mails are not sent again"
