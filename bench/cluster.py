"""A PostgreSQL of one's own for a benchmark, on the disk (a national load may exceed the memory); gone afterwards, or
kept for the next run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from tests.support import postgres

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "shared_buffers": "512MB",
    "synchronous_commit": "off",
    "work_mem": "64MB",
}
"""Nothing here is worth saving from a power cut: no durability; the rest as an operator sets it on a machine with a few
gigabytes."""
STOP_WITHIN = 120.0


@contextmanager
def cluster() -> Iterator[str]:
    """URL of an empty database, for psycopg."""
    home = Path(tempfile.mkdtemp(prefix="relais-bench-"))
    try:
        initialise(home)
        with running(home) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def initialise(home: Path) -> None:
    """An empty cluster in home/data, which belongs to whoever may run the server."""
    owner = postgres.unprivileged_user()
    if owner:
        shutil.chown(home, owner)
    postgres.initialise(_binaries(), home, owner)


@contextmanager
def running(home: Path) -> Iterator[str]:
    """Its server, stopped so that it starts at once the next time. The socket is elsewhere: its path must be short."""
    owner = postgres.unprivileged_user()
    end_leftover(home)
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with tempfile.TemporaryDirectory(prefix="relais-bench-") as sockets:
        if owner:
            shutil.chown(sockets, owner)
        log = Path(sockets) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [_binaries() / "postgres", "-D", home / "data", "-k", sockets, *options],
                stdout=output,
                stderr=output,
                user=owner,
                cwd=sockets,
                start_new_session=True,
            )
        url = f"postgresql://postgres@/postgres?host={sockets}"
        try:
            postgres.wait_until_ready(url, process, log)
            yield url
        finally:
            _stop(process, url)


def end_leftover(home: Path) -> None:
    """The server of a benchmark that was killed: it would hold its data for ever."""
    note = home / "data" / "postmaster.pid"
    if not note.exists():
        return
    process = int(note.read_text().split()[0])
    if psutil.pid_exists(process) and str(home / "data") in psutil.Process(process).cmdline():
        os.kill(process, signal.SIGINT)
        psutil.Process(process).wait(STOP_WITHIN)


def _stop(process: subprocess.Popen[bytes], url: str) -> None:
    """What is dirty is written first: a stop that lasts would end in a kill."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
    except psycopg.OperationalError:  # it did not start, or has died: there is nothing to write
        pass
    process.send_signal(signal.SIGINT)  # fast shutdown: open sessions are ended
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _binaries() -> Path:
    found = postgres.debian_binaries()
    if found is None:
        raise SystemExit("No PostgreSQL server on this machine: apt-get install postgresql.")
    return found
