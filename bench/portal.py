"""The portal in front of a benchmark's database: its commands, each timed with its peak memory, and its server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from bench.registers import COMMUNES, ENTITIES, FORMER, POSITIONS, PROFESSIONALS, ZONES

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MIB = 2**20
SAMPLED_EVERY = 0.1
START_WITHIN = 30.0


@dataclass(frozen=True)
class Measured:
    """A command of the portal: lines it was given, seconds, and the largest it was, in MiB."""

    command: str
    lines: int
    seconds: float
    peak: float


@dataclass(frozen=True)
class Portal:
    """`url`: sqlite:///path, or postgresql:// as psycopg reads it."""

    url: str
    instance: Path

    @property
    def sqlalchemy_url(self) -> str:
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}+psycopg://{rest}" if scheme == "postgresql" else self.url

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.sqlalchemy_url,
            "INSTANCE_PATH": str(self.instance),
            "RATE_LIMITS": "false",
            "SECRET_KEY": "a secret of the benchmarks, long enough to be accepted",
        }
        return {**os.environ, **own}

    def run(self, *words: str | Path) -> Measured:
        """A command of the portal; prints how long it took, at its peak how large it was."""
        start = time.monotonic()
        command = [str(BIN / "flask"), "--app", "wsgi", *map(str, words)]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True)
        with Memory(process.pid) as memory:
            told, _ = process.communicate()
        seconds = time.monotonic() - start
        if process.returncode:
            raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{told}")
        name = " ".join(Path(word).name if isinstance(word, Path) else word for word in words)
        lines = sum(map(_lines, (word for word in words if isinstance(word, Path))))
        measured = Measured(name, lines, seconds, memory.peak / MIB)
        print(f"  {name[:48]:48} {measured.seconds:7.1f} s {measured.peak:7.0f} MiB", flush=True)
        return measured

    def import_registers(self, files: dict[str, Path]) -> list[Measured]:
        """The first load of each register, into an empty database."""
        self.run("db", "upgrade")
        return [self.run("import", *words) for words in imports(files)]

    @contextmanager
    def served(self) -> Iterator[tuple[int, int]]:
        """Port, and process id of the one worker of gunicorn."""
        port = _free_port()
        words = ("--config", "gunicorn.conf.py", "--workers", "1", "--bind", f"127.0.0.1:{port}", "wsgi:app")
        process = subprocess.Popen(
            [str(BIN / "gunicorn"), "--log-level", "warning", *words], cwd=ROOT, env=self.environment
        )
        try:
            yield port, _worker(process, port)
        finally:
            process.terminate()
            process.wait(20)


def imports(files: dict[str, Path]) -> Iterator[tuple[str | Path, ...]]:
    """What `flask import` is given, in the order that registers need each other."""
    yield "communes", files[COMMUNES], "--former", files[FORMER]
    yield "finess", files[ENTITIES], files[POSITIONS]
    yield "zones", files[ZONES]
    yield "rpps", files[PROFESSIONALS]


class Memory:
    """Samples the resident memory of a process in a thread; `peak` in bytes, until somebody sets it back to 0."""

    def __init__(self, pid: int) -> None:
        self.process = psutil.Process(pid)
        self.peak = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def now(self) -> int:
        resident: int = self.process.memory_info().rss
        self.peak = max(self.peak, resident)
        return resident

    def _watch(self) -> None:
        while not self._ending.wait(SAMPLED_EVERY):
            try:
                self.now()
            except psutil.NoSuchProcess:
                return


@contextmanager
def portal_on(url: str) -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="relais-bench-instance-") as instance:
        yield Portal(url, Path(instance))


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _worker(master: subprocess.Popen[bytes], port: int) -> int:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and master.poll() is None:
        workers = psutil.Process(master.pid).children()
        with socket.socket() as probe:
            if workers and probe.connect_ex(("127.0.0.1", port)) == 0:
                return int(workers[0].pid)
        time.sleep(0.1)
    raise SystemExit("gunicorn did not start.")
