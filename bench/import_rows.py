"""What an import costs: first loads as they were measured, reloads, and what readers see of it meanwhile.

Reloads run on a copy of the database, so that the kept one never changes. Readers ask fragments at a steady pace,
never the same twice, of one worker; nothing is pinned: import and worker share the processors, as on a small server.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from bench.asking import HTMX, Asking
from bench.dataset import Dataset
from bench.paced import Waits, readers
from bench.portal import Measured, Portal
from bench.registers import ENTITIES, POSITIONS, PROFESSIONALS
from bench.results import Row, percentile
from bench.rpps_file import COLUMNS
from bench.servers import served

EVERY = 0.02
IDLE = 6.0
CHANGED_EACH = 100
"""One professional in a hundred has another given name in the changed file."""
TABS = ("", "&onglet=etablissements", "&onglet=unites", "&onglet=professionnels")
COPY = "bench_copy"
MANY = 500_000
"""Professionals."""


def measure(dataset: Dataset, asking: Asking) -> list[Row]:
    """`asking`: fragments. Of many professionals, an import takes minutes: reloaded unchanged only, with no readers."""
    entities, positions, people = (dataset.files[name] for name in (ENTITIES, POSITIONS, PROFESSIONALS))
    rows = [row_of(dataset.engine, "first", one) for one in dataset.imports]
    with copied(dataset) as portal:
        rows.append(row_of(dataset.engine, "FINESS, unchanged", portal.run("import", "finess", entities, positions)))
        rows.append(row_of(dataset.engine, "RPPS, unchanged", portal.run("import", "rpps", people)))
        if dataset.scale.professionals > MANY:
            return rows
        with changed(people) as other:
            rows.append(row_of(dataset.engine, "RPPS, 1 % changed", portal.run("import", "rpps", other)))
            return [*rows, *while_importing(dataset, portal, asking, people, other)]


def row_of(engine: str, name: str, measured: Measured) -> Row:
    if name == "first":
        words = measured.command.split()
        name = f"{' '.join(words[:2])}, first load" if words[0] == "import" else measured.command
    values = {"seconds": measured.seconds, "mib": measured.peak}
    if measured.lines:
        values |= {"lines": measured.lines, "lines_rate": measured.lines / measured.seconds}
    return Row("imports", engine, name, values)


def while_importing(dataset: Dataset, portal: Portal, asking: Asking, people: Path, other: Path) -> list[Row]:
    """The copy holds the changed file: that one again, then the first one."""
    chance = random.Random(dataset.seed)
    with served("wsgi:app", portal.environment, pinned=False) as server:

        def seen(work: Callable[[], object]) -> Waits:
            server.renew()
            paths = [path + tab for path in asking.paths for tab in TABS]
            with readers(server.port, chance.sample(paths, len(paths)), HTMX, EVERY) as waits:
                time.sleep(1)
                waits.seconds.clear()
                work()
            return waits

        idle = seen(lambda: time.sleep(IDLE))
        busy = {
            "RPPS, unchanged": seen(lambda: portal.run("import", "rpps", other)),
            "RPPS, 1 % changed": seen(lambda: portal.run("import", "rpps", people)),
        }
    rows = [waited(dataset.engine, name, waits, idle) for name, waits in busy.items()]
    return [waited(dataset.engine, "nothing", idle), *rows]


def waited(engine: str, name: str, waits: Waits, idle: Waits | None = None) -> Row:
    values = {f"p{share}": 1000 * percentile(waits.seconds, share / 100) for share in (50, 95, 99)}
    if idle is not None:
        values["over_idle"] = values["p95"] / (1000 * percentile(idle.seconds, 0.95))
    return Row(
        "readers",
        engine,
        name,
        {**values, "max": 1000 * max(waits.seconds), "late": waits.late, "queries": len(waits.seconds)},
    )


@contextmanager
def changed(people: Path) -> Iterator[Path]:
    """The same professionals; some have another given name."""
    path = people.with_name(f"changed-{people.name}")
    number, given = COLUMNS.index("Identifiant PP"), COLUMNS.index("Prénom d'exercice")
    with people.open(encoding="utf-8", newline="") as source, path.open("w", encoding="utf-8", newline="") as target:
        target.write(next(source))
        for line in source:
            cells = line.split("|")
            if int(cells[number]) // 10 % CHANGED_EACH == 0:
                cells[given] = "Camille" if cells[given] != "Camille" else "Dominique"
            target.write("|".join(cells))
    try:
        yield path
    finally:
        path.unlink()


@contextmanager
def copied(dataset: Dataset) -> Iterator[Portal]:
    """A copy of the database, beside it."""
    copy = _copied_sqlite if dataset.engine == "sqlite" else _copied_postgresql
    with copy(dataset.url) as url:
        yield replace(dataset.portal, url=url)


@contextmanager
def _copied_sqlite(url: str) -> Iterator[str]:
    source = Path(url.removeprefix("sqlite:///"))
    target = source.with_name(f"{COPY}.sqlite")
    shutil.copyfile(source, target)
    try:
        yield f"sqlite:///{target}"
    finally:
        for path in source.parent.glob(f"{target.name}*"):
            path.unlink()


@contextmanager
def _copied_postgresql(url: str) -> Iterator[str]:
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    elsewhere, copy = (url.replace(f"/{name}?", f"/{other}?") for other in ("template1", COPY))
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {COPY} TEMPLATE {name} STRATEGY file_copy")
    try:
        yield copy
    finally:
        with psycopg.connect(elsewhere, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
