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
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import make_engine

pytestmark = pytest.mark.slow
State = tuple[Any, ...]

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
MOMENTS: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "first batch": ("app.integrations.registers.loading", "FINESS_WRITERS", BEFORE),
    "index": ("app.search.index", "_add", BEFORE),
    "before the commit": ("app.integrations.registers.loading", "placeholders", BEFORE),
    "after the commit": ("app.cli.import_", "summary", AFTER),
}
"""Where the import dies: a function that it has just called. And what is left."""
REGISTERS = (
    ("communes", "communes.csv"),
    ("finess", "finess-entites-juridiques.csv", "finess-etablissements.csv"),
    ("zones", "zones.csv"),
    ("rpps", "ps-libreacces.txt"),
)
CHANGES = {"communes": ("communes.csv", "Carpentras", "Comtat-Ville"), "rpps": ("ps-libreacces.txt", "|ALIX|", "|LOU|")}
"""A file, and what is told otherwise in it the second time."""
TOLD = sa.text(
    "SELECT (SELECT name FROM commune WHERE insee = '84031'),"
    " (SELECT count(*) FROM search_place WHERE key = 'comtat ville'), (SELECT count(*) FROM search_document),"
    " (SELECT count(*) FROM search_word), (SELECT version FROM search_version),"
    " (SELECT count(*) FROM professional WHERE given_name = 'LOU'), (SELECT count(*) FROM professional)"
)
RELOADS = {
    "index written, the former one still read": ("communes", "app.search.index", "rebuild_common"),
    "index in its place, before the commit": ("communes", "app.usecases.registers.indexing", "rebuild"),
    "people written": ("rpps", "app.usecases.registers.professionals", "_write_activities"),
    "all read, before the commit": ("rpps", "app.integrations.registers.loading", "index_touched"),
}
DYING = """
import importlib, os, signal, sys
from app import create_app

def die(*given, **named):
    made = real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

register, module, name, *files = sys.argv[1:]
app = create_app()
owner = importlib.import_module(module)
real = getattr(owner, name)
if isinstance(real, dict):
    kind, real = list(real.items())[-1]
    getattr(owner, name)[kind] = die
else:
    setattr(owner, name, die)
app.test_cli_runner().invoke(args=["import", register, *files], catch_exceptions=False)
"""


@contextmanager
def watched(engine: sa.Engine, asked: sa.TextClause) -> Iterator[set[State]]:
    """Every state that a reader finds meanwhile."""
    seen: set[State] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            seen.add(state(engine, asked))

    reader = threading.Thread(target=watch)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


def state(engine: sa.Engine, asked: sa.TextClause = STATE) -> State:
    with engine.connect().execution_options(read_only=True) as connection:
        return tuple(connection.execute(asked).one())


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    own = {"DATABASE_URL": database_url, "INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "a secret of the tests, long"}
    return {**os.environ, **own}


def test_an_import_killed_leaves_a_whole_state_and_can_be_done_again(
    app: Flask, database_url: str, environment: dict[str, str]
) -> None:
    """One after the other on one database: each begins on what the one before left."""
    engine = make_engine(database_url)
    for moment, (module, name, left) in MOMENTS.items():
        with watched(engine, STATE) as seen:
            killed = run([sys.executable, "-c", DYING, "finess", module, name, *FILES], environment)
        assert killed.returncode == -signal.SIGKILL, (moment, killed.stderr)
        assert seen <= {BEFORE, left}, moment
        assert state(engine) == left, moment
    load(app, "finess", *FILES)
    assert state(engine) == AFTER
    engine.dispose()


def test_a_reload_killed_changes_nothing_and_can_be_done_again(
    app: Flask, database_url: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """What readers have is the former state until the last of it is written, the index included."""
    engine = make_engine(database_url)
    for register, *names in REGISTERS:
        load(app, register, *(str(FIXTURES / name) for name in names))
    changed = {register: str(rewritten(tmp_path, *change)) for register, change in CHANGES.items()}
    before = state(engine, TOLD)
    for moment, (register, module, name) in RELOADS.items():
        with watched(engine, TOLD) as seen:
            killed = run([sys.executable, "-c", DYING, register, module, name, changed[register]], environment)
        assert killed.returncode == -signal.SIGKILL, (moment, killed.stderr)
        assert seen == {before}, moment
        assert state(engine, TOLD) == before, moment
    for register, file in changed.items():
        load(app, register, file)
    name, places, documents, _words, version, renamed, people = state(engine, TOLD)
    assert (name, places, documents, renamed, people) == ("Comtat-Ville", 1, before[2], 1, before[6])
    assert version > before[4]
    engine.dispose()


def rewritten(folder: Path, name: str, former: str, told: str) -> Path:
    path = folder / name
    path.write_text((FIXTURES / name).read_text(encoding="utf-8").replace(former, told), encoding="utf-8")
    return path


def load(app: Flask, register: str, *files: str) -> None:
    done = app.test_cli_runner().invoke(args=["import", register, *files])
    assert done.exit_code == 0, done.output


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=120)
