"""The filled database of a scale on an engine, made once by the portal's own importers and kept between runs.

    nice -n 10 .venv/bin/python -m bench.dataset --scale regional --engine sqlite --engine postgresql

It lies in BENCH_DATA (the user's cache directory; /var/tmp for root, whose home the server of PostgreSQL may not
enter). It is made anew when the generator, or a migration that it went through, is not what it was; it is only
migrated and indexed anew when migrations were added or what writes the index changed. Who knows that such a change
makes no difference to what is kept says so with --stamp.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import cluster, president
from bench.bulk import settle
from bench.load import UNIT_WITH_500, busy_cpts, load
from bench.portal import MIB, ROOT, Measured, Portal
from bench.publish import publish
from bench.registers import SEED, registers, write_registers
from bench.scales import SCALES, Scale

__all__ = ["ENGINES", "PRESIDENT_EMAIL", "PRESIDENT_PASSWORD", "UNIT_WITH_500", "Dataset", "prepared"]

ENGINES = ("sqlite", "postgresql")
PRESIDENT_EMAIL, PRESIDENT_PASSWORD = president.EMAIL, president.PASSWORD
PROJECTED = 10_000
"""With more listed people than that, what is published is written in SQL: the projector would take most of the time."""
GENERATOR = (
    *("bulk", "load", "president", "publish", "registers", "scales"),
    *("territory", "structures", "finess_files", "rpps_file", "words"),
)
READERS = {
    *("communes", "expression", "find", "highlight", "looking", "names", "places", "question"),
    *("ranking", "reading", "results", "suggest", "vocabulary"),
}
"""Modules of app/search that do not write the index."""


@dataclass(frozen=True)
class Dataset:
    """`url`: sqlite:///path, or postgresql:// as psycopg reads it. `imports`: first loads, as they were measured when
    the database was made, then the load of the index."""

    url: str
    engine: str
    scale: Scale
    seed: int
    folder: Path
    files: dict[str, Path]
    imports: list[Measured]

    @property
    def instance(self) -> Path:
        return self.folder / "instance"

    @property
    def portal(self) -> Portal:
        return Portal(self.url, self.instance)

    @property
    def sqlalchemy_url(self) -> str:
        return self.portal.sqlalchemy_url

    @property
    def busy_cpts(self) -> str:
        """FINESS of the CPTS with five hundred requests to decide, whose president PRESIDENT_EMAIL is."""
        return busy_cpts(self.scale)


@contextmanager
def prepared(scale: Scale, engine: str, *, seed: int = SEED, fresh: bool = False) -> Iterator[Dataset]:
    """Nobody else uses it meanwhile: a second one waits. `fresh`: made anew whatever there is."""
    folder = place(scale, seed, engine)
    with alone(folder):
        note = Note(folder / "dataset.json")
        if fresh or not note.still_good():
            shutil.rmtree(folder, ignore_errors=True)
        files = _files(scale, seed)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        (folder / "instance").mkdir(exist_ok=True)
        with _served(folder, engine, empty=not note.exists()) as url:
            portal = Portal(url, folder / "instance")
            if not note.exists():
                note.write(_fill(portal, scale, files), search="not indexed yet")
            if not note.is_indexed():
                note.write(_index(portal, note.imports()), search=_search())
            try:
                yield Dataset(url, engine, scale, seed, folder, files, note.imports())
            finally:
                settle(url)


def place(scale: Scale, seed: int, what: str) -> Path:
    return cache() / f"{scale.name.replace(' × ', '-')}-{seed}-{what}"


def stamp(scale: Scale, seed: int, engine: str) -> None:
    """Today's sources would make what is kept: its note and that of its registers say so from now on."""
    note = Note(place(scale, seed, engine) / "dataset.json")
    note.write(note.imports(), search=_search())
    (place(scale, seed, "registers") / "made-by").write_text(_generator())


def cache() -> Path:
    given = os.environ.get("BENCH_DATA")
    home = Path("/var/tmp") if os.geteuid() == 0 else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")  # noqa: S108
    return Path(given) if given else home / "relais-bench"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(folder.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Note:
    """What a kept database was made with; written once it is filled, so that a half-made one has none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        return self.path.exists()

    def still_good(self) -> bool:
        """Made by this generator, through migrations that are what they were."""
        if not self.exists():
            return False
        told, now = self._read(), _migrations()
        return told["generator"] == _generator() and all(now.get(name) == one for name, one in told["schema"].items())

    def is_indexed(self) -> bool:
        told = self._read()
        return bool(told["schema"] == _migrations() and told["search"] == _search())

    def imports(self) -> list[Measured]:
        return [Measured(**one) for one in self._read()["imports"]]

    def write(self, imports: Iterable[Measured], *, search: str) -> None:
        told = {"generator": _generator(), "schema": _migrations(), "search": search}
        self.path.write_text(json.dumps({**told, "imports": [asdict(one) for one in imports]}, indent=1))

    def _read(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.path.read_text())
        return read


def _generator() -> str:
    return _hash(ROOT / "bench" / f"{name}.py" for name in GENERATOR)


def _search() -> str:
    modules = sorted((ROOT / "app" / "search").glob("*.py"))
    return _hash(path for path in modules if path.stem not in READERS)


def _migrations() -> dict[str, str]:
    return {path.stem: _hash([path]) for path in sorted((ROOT / "migrations" / "versions").glob("*.py"))}


def _hash(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _files(scale: Scale, seed: int) -> dict[str, Path]:
    """The registers, written once for both engines."""
    folder = place(scale, seed, "registers")
    made = folder / "made-by"
    with alone(folder):
        if made.exists() and made.read_text() == _generator():
            return {name: folder / name for name in registers(scale, seed)}
        shutil.rmtree(folder, ignore_errors=True)
        start = time.monotonic()
        files = write_registers(scale, folder, seed)
        weight = sum(path.stat().st_size for path in files.values()) / MIB
        print(f"  {'files written':48} {time.monotonic() - start:7.1f} s {weight:7.0f} MiB on the disk", flush=True)
        made.write_text(_generator())
        return files


@contextmanager
def _served(folder: Path, engine: str, *, empty: bool) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'relais.sqlite'}"
        return
    home = folder / "cluster"
    if empty:
        home.mkdir()
        cluster.initialise(home)
    with cluster.running(home) as url:
        yield url


def _fill(portal: Portal, scale: Scale, files: dict[str, Path]) -> list[Measured]:
    print(f"{scale.name}: {scale.establishments} EG, {scale.units} UO, {scale.listed} people", flush=True)
    measured = portal.import_registers(files)
    load(portal.url, scale)
    president.seat(portal, scale)
    if scale.listed > PROJECTED:
        publish(portal.url)
    else:
        portal.run("publications", "rebuild")
    settle(portal.url)
    return measured


def _index(portal: Portal, former: list[Measured]) -> list[Measured]:
    """Also of a database that was filled by earlier sources, or whose indexing was interrupted."""
    portal.run("db", "upgrade")
    rebuilt = portal.run("search", "rebuild")
    settle(portal.url)
    return [*(one for one in former if one.command != rebuilt.command), rebuilt]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=SCALES, default="regional")
    parser.add_argument("--part", type=float, default=1.0, help="a share of that scale, for example 0.2")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="both without it")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--fresh", action="store_true", help="thrown away and made anew")
    parser.add_argument("--stamp", action="store_true", help="what is kept is what these sources would make")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a server is stopped then too
    scale = SCALES[given.scale] if given.part == 1 else SCALES[given.scale].part(given.part)
    for engine in given.engine or ENGINES:
        start = time.monotonic()
        if given.stamp:
            stamp(scale, given.seed, engine)
        with prepared(scale, engine, seed=given.seed, fresh=given.fresh) as dataset:
            print(f"{engine}: ready in {time.monotonic() - start:.1f} s, {dataset.folder}", flush=True)


if __name__ == "__main__":
    main()
