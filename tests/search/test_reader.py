"""Reads without a session, when the server goes away."""

from __future__ import annotations

import psycopg
import pytest
from flask import Flask

from app import db
from app.reader import query
from tests.support.backends import POSTGRES_ONLY

OWN = query("SELECT pg_backend_pid()")


@POSTGRES_ONLY
def test_a_reader_that_lost_its_connection_leaves_a_good_one_to_the_next(app: Flask, database_url: str) -> None:
    with app.app_context():
        lost = db.reader().value(OWN)
        with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 2000)", [lost])
        with pytest.raises(psycopg.OperationalError):
            db.reader().value(OWN)
    with app.app_context():
        assert db.reader().value(OWN) != lost
