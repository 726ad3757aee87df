"""At the end of a full run: the functions of the portal that say SQL, that SQLite has heard and PostgreSQL has not.

Most tests of pages run on one engine; this names the queries that only they reach. It tells, it does not fail the run.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import __file__ as database_module

APP = Path(database_module).parent
ENGINES = ("sqlite", "postgresql")
SILENT = {str(APP / name) for name in ("db.py", "guarding.py", "schema.py", "models/guards.py")}
"""They say what others ask them to say, or what the migrations say on both engines (test_migrations.py)."""
SQLITE_S_OWN = "search/sqlite.py:SqliteEngine."


@functools.cache
def named(code: CodeType) -> str | None:
    """`queries/actors.py:load_actor`; None for what is not the portal's, or silent."""
    file = code.co_filename
    if not file.startswith(f"{APP}/") or not file.endswith(".py") or file in SILENT:
        return None
    return f"{file.removeprefix(f'{APP}/')}:{code.co_qualname.partition('.<')[0]}"


def speaker(frame: FrameType | None) -> str | None:
    """The nearest function of the portal."""
    while frame is not None:
        if who := named(frame.f_code):
            return who
        frame = frame.f_back
    return None


class Heard:
    """A plugin of pytest: what each engine heard, from whom; the workers of xdist hand it to their controller."""

    def __init__(self) -> None:
        self.by: dict[str, set[str]] = {engine: set() for engine in ENGINES}

    def listen(self) -> None:
        sa.event.listen(sa.Engine, "before_cursor_execute", self.hear)

    def hear(self, connection: sa.Connection, *_: object) -> None:
        if who := speaker(sys._getframe(1)):
            self.by[connection.dialect.name].add(who)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        for engine, speakers in getattr(node, "workeroutput", {}).get("heard", {}).items():
            self.by[engine].update(speakers)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["heard"] = {engine: sorted(said) for engine, said in self.by.items()}

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.is_whole(terminalreporter._session) and (missing := self.only_on_sqlite()):
            terminalreporter.section("PostgreSQL never heard", red=True)
            terminalreporter.line("Run a test of each on both engines (tests/support/backends.py, on_both_engines):")
            terminalreporter.line("  " + "\n  ".join(missing))

    def only_on_sqlite(self) -> list[str]:
        alone = self.by["sqlite"] - self.by["postgresql"]
        return sorted(said for said in alone if not said.startswith(SQLITE_S_OWN))

    def is_whole(self, session: pytest.Session) -> bool:
        """The whole suite was asked for, and PostgreSQL was there."""
        config = session.config
        asked = config.args_source is config.ArgsSource.TESTPATHS
        chosen = config.getoption("keyword") or config.getoption("markexpr") or config.getoption("maxfail")
        return bool(asked and not chosen and self.by["postgresql"])
