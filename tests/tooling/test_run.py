"""`make run` for real: one command, two processes that live and end together, data kept at the second start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import sqlalchemy as sa

from app.settings import Settings
from tests.support.mailbox import free_port
from tools import run

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 150.0  # a machine that does many things at once

pytestmark = pytest.mark.slow


class Running:
    """The supervisor, started as the Makefile starts it, on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"sqlite:///{folder / 'relais.db'}"
        kept = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
        self.log = (folder / "log").open("a+")
        self.process = subprocess.Popen(
            [sys.executable, "tools/run.py", "--port", str(self.port)],
            cwd=ROOT,
            env={**kept, "DATABASE_URL": self.url, "INSTANCE_PATH": str(folder), "PYTHONUNBUFFERED": "1"},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    @property
    def said(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def wait_until_it_answers(self) -> None:
        until(lambda: run.answers("127.0.0.1", self.port) or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        until(self.is_well)  # the messages of the demonstration leave first

    def is_well(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/sante", timeout=PATIENCE) as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return False

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    started = Running(folder)
    try:
        started.wait_until_it_answers()
        yield started
    finally:
        with suppress(ProcessLookupError):
            started.end()
        started.log.close()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    return False


def test_one_command_starts_all_and_a_signal_ends_all(tmp_path: Path) -> None:
    with running(tmp_path) as portal:
        children = portal.children()
        assert len(children) == 2
        assert portal.end(signal.SIGINT) == 0
        until(lambda: not any(map(alive, children)))
        assert not run.answers("127.0.0.1", portal.port)
        for expected in ("mot de passe", f"http://127.0.0.1:{portal.port}", "@"):
            assert expected in portal.said


def test_a_second_start_keeps_the_data(tmp_path: Path) -> None:
    with running(tmp_path) as portal:
        engine = sa.create_engine(portal.url)
        with engine.begin() as connection:
            changed = connection.execute(sa.text("UPDATE commune SET population = 1234567 WHERE insee = '84031'"))
            assert changed.rowcount == 1
            accounts = connection.scalar(sa.text("SELECT count(*) FROM account"))
    with running(tmp_path), engine.connect() as connection:
        kept = connection.scalar(sa.text("SELECT population FROM commune WHERE insee = '84031'"))
        assert kept == 1234567
        assert connection.scalar(sa.text("SELECT count(*) FROM account")) == accounts
    engine.dispose()


def test_when_one_process_dies_all_ends_with_a_failure(tmp_path: Path) -> None:
    with running(tmp_path) as portal:
        first, second = portal.children()
        os.kill(second, signal.SIGKILL)
        assert portal.process.wait(PATIENCE) != 0
        until(lambda: not alive(first))


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = subprocess.run(
            [sys.executable, "tools/run.py", "--port", str(other.getsockname()[1])],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'relais.db'}"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "is taken" in done.stderr
    assert not (tmp_path / "relais.db").exists()
