"""Which engines a test runs on. Both, unless it says otherwise; in tests/blueprints SQLite alone, unless a file says
`backend = on_both_engines` because its pages build SQL of their own (filters, sorting, pages, figures).
tests/support/heard.py tells, at the end of a full run, what PostgreSQL has not heard."""

from __future__ import annotations

import pytest

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
SQLITE_ONLY = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
POSTGRES_ONLY = pytest.mark.parametrize("backend", [POSTGRES], indirect=True)


def chosen(request: pytest.FixtureRequest) -> str:
    engine: str = request.param
    return engine


@pytest.fixture(params=["sqlite", POSTGRES])
def on_both_engines(request: pytest.FixtureRequest) -> str:
    return chosen(request)


@pytest.fixture(params=["sqlite"])
def on_sqlite(request: pytest.FixtureRequest) -> str:
    """The parameter stays: a test may still ask for the other engine."""
    return chosen(request)
