"""One gunicorn as the product starts it, with one worker, on a processor of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
GUNICORN = Path(sys.executable).with_name("gunicorn")
START_WITHIN = 120.0
SERVER_CPU, CLIENT_CPU = 0, 1
OPTIONS = ("--config", "gunicorn.conf.py", "--max-requests", "0", "--log-level", "warning")
"""A worker that renews itself in the middle of a round would be measured too."""


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    ready: str
    """Path that answers once the worker is up."""

    @property
    def master(self) -> psutil.Process:
        return psutil.Process(self.process.pid)

    @property
    def workers(self) -> list[psutil.Process]:
        return [one for one in self.master.children() if one.status() != psutil.STATUS_ZOMBIE]

    @property
    def worker(self) -> psutil.Process:
        return self.workers[0]

    def renew(self) -> None:
        """A worker that remembers nothing, in the place of this one."""
        old = self.worker
        old.send_signal(signal.SIGQUIT)
        old.wait(START_WITHIN)
        self.wait()

    def wait(self) -> None:
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.workers and self._answers():
                return
            time.sleep(0.05)
        raise SystemExit("gunicorn did not start.")

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 10) as probe:
            probe.sendall(f"GET {self.ready} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return probe.recv(12).endswith(b"200")
        return False


@contextmanager
def served(
    module: str, environment: Mapping[str, str], *, ready: str = "/", workers: int = 1, pinned: bool = True
) -> Iterator[Server]:
    port = free_port()
    words = ("--workers", str(workers), "--bind", f"127.0.0.1:{port}", module)
    process = subprocess.Popen([GUNICORN, *OPTIONS, *words], cwd=ROOT, env={**os.environ, **environment})
    try:
        if pinned:
            pin(SERVER_CPU, process.pid)
        server = Server(process, port, ready)
        server.wait()
        yield server
    finally:
        process.terminate()
        process.wait(20)


def pin(cpu: int, pid: int = 0) -> None:
    """Keeps a process on one processor, where there are two."""
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(pid, {cpu})


@contextmanager
def client_cpu() -> Iterator[None]:
    """This thread stays away from the server's processor meanwhile."""
    before = os.sched_getaffinity(0)
    pin(CLIENT_CPU)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
