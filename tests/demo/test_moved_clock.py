"""Time is moved for the story alone, on both engines, and its transaction is whole or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, db
from app.demo.moved_clock import moved_clock
from app.models import LegalEntity

LONG_AGO = datetime(2024, 2, 29, 9, 30, tzinfo=UTC)


def database_says() -> datetime:
    said = db.session().scalar(sa.select(sa.func.relais_now()))
    return said if isinstance(said, datetime) else datetime.fromisoformat(str(said)).replace(tzinfo=UTC)


def entity(finess: str) -> LegalEntity:
    return LegalEntity(finess=finess, name="Association d’essai", updated_at=clock.now())


def test_portal_and_database_live_in_the_past_then_come_back(app: Flask):
    with app.app_context():
        with db.one_transaction() as connection, moved_clock(connection) as move:
            move(LONG_AGO)
            assert clock.now() == database_says() == LONG_AGO
            db.session().commit()
            move(LONG_AGO + timedelta(days=1))
            assert clock.now() == database_says() == LONG_AGO + timedelta(days=1)
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
        assert abs(database_says() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_commit_inside_is_kept_only_when_the_whole_ends_well(app: Flask):
    with app.app_context():
        with db.one_transaction():
            db.session().add(entity("840980001"))
            db.session().commit()
            db.session().add(entity("840980002"))
            db.session().rollback()
        assert list(db.session().scalars(sa.select(LegalEntity.finess))) == ["840980001"]


def tell_and_break() -> None:
    with db.one_transaction() as connection, moved_clock(connection) as move:
        move(LONG_AGO)
        db.session().add(entity("840980001"))
        db.session().commit()
        raise ZeroDivisionError


def test_nothing_stays_of_a_story_that_breaks_and_the_real_time_is_back(app: Flask):
    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            tell_and_break()
        assert db.session().scalar(sa.select(sa.func.count()).select_from(LegalEntity)) == 0
        assert abs(database_says() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_session_opened_before_is_refused(app: Flask):
    with app.app_context():
        db.session()
        with pytest.raises(RuntimeError, match="comes first"), db.one_transaction():
            pass
