"""A PostgreSQL of one's own for a benchmark, on the disk (a national load may exceed the memory); gone afterwards."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
"""Nothing here outlives the run: no durability; the rest as an operator sets it on a machine with a few gigabytes."""


@contextmanager
def cluster() -> Iterator[str]:
    """URL of an empty database, for psycopg."""
    binaries = postgres.debian_binaries()
    if binaries is None:
        raise SystemExit("No PostgreSQL server on this machine: apt-get install postgresql.")
    owner = postgres.unprivileged_user()
    home = Path(tempfile.mkdtemp(prefix="relais-bench-"))
    try:
        if owner:
            shutil.chown(home, owner)
        postgres.initialise(binaries, home, owner)
        with running(binaries, home, owner) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running(binaries: Path, home: Path, owner: str | None) -> Iterator[str]:
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", home / "data", "-k", home, *options],
            stdout=log,
            stderr=log,
            user=owner,
            cwd=home,
            start_new_session=True,
        )
    try:
        url = f"postgresql://postgres@/postgres?host={home}"
        postgres.wait_until_ready(url, process, home / "log")
        yield url
    finally:
        postgres.stop(process)
