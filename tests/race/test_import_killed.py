"""An import killed with -9 at a known moment: readers saw the former state only, or the new one whole; nothing stays
locked, and the same import done again ends as if nothing had happened.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import make_engine

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
FILES = [str(FIXTURES / name) for name in ("finess-entites-juridiques.csv", "finess-geolocalisation.csv")]
STATE = sa.text(
    "SELECT (SELECT count(*) FROM legal_entity), (SELECT count(*) FROM establishment),"
    " (SELECT count(*) FROM establishment WHERE latitude IS NOT NULL),"
    " (SELECT count(*) FROM search_document WHERE kind = 0), (SELECT version FROM search_version),"
    " (SELECT count(DISTINCT key) FROM publication_mark WHERE kind = 'eg')"
)
"""One statement is one moment on both engines."""
BEFORE, AFTER = (0, 0, 0, 0, 1, 0), (3, 3, 2, 3, 2, 3)
MOMENTS = {
    "first batch": ("app.integrations.registers.loading", "FINESS_WRITERS", BEFORE),
    "index": ("app.search.index", "_add", BEFORE),
    "before the commit": ("app.integrations.registers.loading", "placeholders", BEFORE),
    "after the commit": ("app.cli.import_", "summary", AFTER),
}
"""Where the import dies: a function that it has just called. And what is left."""
DYING = """
import importlib, os, signal, sys
from app import create_app

def die(*given, **named):
    made = real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

module, name, *files = sys.argv[1:]
app = create_app()
owner = importlib.import_module(module)
real = getattr(owner, name)
if isinstance(real, dict):
    kind, real = list(real.items())[-1]
    getattr(owner, name)[kind] = die
else:
    setattr(owner, name, die)
app.test_cli_runner().invoke(args=["import", "finess", *files], catch_exceptions=False)
"""


@contextmanager
def watched(engine: sa.Engine) -> Iterator[set[tuple[int, ...]]]:
    """Every state that a reader finds meanwhile."""
    seen: set[tuple[int, ...]] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            seen.add(state(engine))

    reader = threading.Thread(target=watch)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


def state(engine: sa.Engine) -> tuple[int, ...]:
    with engine.connect().execution_options(read_only=True) as connection:
        return tuple(connection.execute(STATE).one())


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    own = {"DATABASE_URL": database_url, "INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "a secret of the tests, long"}
    return {**os.environ, **own}


def test_an_import_killed_leaves_a_whole_state_and_can_be_done_again(
    database_url: str, environment: dict[str, str]
) -> None:
    """One after the other on one database: each begins on what the one before left."""
    engine = make_engine(database_url)
    for moment, (module, name, left) in MOMENTS.items():
        with watched(engine) as seen:
            killed = run([sys.executable, "-c", DYING, module, name, *FILES], environment)
        assert killed.returncode == -signal.SIGKILL, (moment, killed.stderr)
        assert seen <= {BEFORE, left}, moment
        assert state(engine) == left, moment
    done = run([sys.executable, "-m", "flask", "--app", "wsgi", "import", "finess", *FILES], environment)
    assert done.returncode == 0, done.stderr
    assert state(engine) == AFTER
    engine.dispose()


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=120)
