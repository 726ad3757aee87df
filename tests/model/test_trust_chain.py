"""The portal and its database against the plain model (CONTRACT: 200 runs of 50 steps here, 5,000 in `make prove`)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.bench import Bench
from tests.model.machine import TrustChain
from tests.support.backends import POSTGRES_ONLY, SQLITE_ONLY


@pytest.fixture
def bench(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Hashing is not on trial, and would take longer than everything else."""
    monkeypatch.setattr("app.usecases.accounts.hash_password", lambda _password: "not hashed")
    opened = Bench(app)
    yield opened
    opened.close()


@SQLITE_ONLY
@pytest.mark.prove
@pytest.mark.slow
def test_the_portal_on_sqlite_does_what_the_model_says(bench: Bench) -> None:
    run_state_machine_as_test(partial(TrustChain, bench, TrustChain(bench).begin()))


@POSTGRES_ONLY
@pytest.mark.prove
@pytest.mark.slow
def test_the_portal_on_postgresql_does_what_the_model_says(bench: Bench) -> None:
    """A fifth of the runs: each statement is a round trip to the server."""
    runs = settings.default.max_examples // 5
    run_state_machine_as_test(
        partial(TrustChain, bench, TrustChain(bench).begin()), settings=settings(max_examples=runs)
    )
