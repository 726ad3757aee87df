"""`make run`: database, demo data, then the worker and the portal together until Ctrl-C.

Both processes live and die together: when one stops, or a signal comes, the other is ended too.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
FLASK = (str(BIN / "flask"), "--app", "wsgi")
PATIENCE = 15.0  # seconds given to a process to start, or to end by itself


class Stop(Exception):
    """A signal asked for the end."""


def raise_stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stop


def free(host: str, port: int) -> bool:
    """Whether the address can be listened on, as gunicorn will ask for it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def prepare() -> None:
    """Migrations, then the demo data when the database holds nothing: a second run keeps what is there."""
    subprocess.run([*FLASK, "db", "upgrade"], check=True)
    subprocess.run([*FLASK, "demo", "--if-empty"], check=True)


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """In its own session, so that Ctrl-C reaches this supervisor alone, which ends both in order."""
    return subprocess.Popen(command, start_new_session=True)


def announce(host: str, port: int) -> None:
    """Says where the portal is as soon as it answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answers(host, port):
            print(f"\n  Relais : http://{host}:{port}   (Ctrl-C pour arrêter)\n", flush=True)
            return
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def first_to_stop(processes: Sequence[subprocess.Popen[bytes]]) -> int:
    """Waits until one of them stops; its exit code, never 0: none was to stop."""
    while True:
        for process in processes:
            code = process.poll()
            if code is not None:
                print(f"relais: {process.args!r} stopped with code {code}", file=sys.stderr)
                return code or 1
        time.sleep(0.2)


def serve(host: str, port: int) -> int:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(start([str(BIN / "gunicorn"), "--bind", f"{host}:{port}", "wsgi:app"]))
        processes.append(start([*FLASK, "worker"]))
        threading.Thread(target=announce, args=(host, port), daemon=True).start()
        return first_to_stop(processes)
    except Stop:
        return 0
    finally:
        for process in processes:
            end(process)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    address = parser.parse_args()
    os.chdir(ROOT)
    if "PUBLIC_URL" not in {**dotenv_values(ROOT / ".env"), **os.environ}:
        os.environ["PUBLIC_URL"] = f"http://{address.host}:{address.port}"
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, raise_stop)
    if not free(address.host, address.port):
        print(f"relais: {address.host}:{address.port} is taken; try make run PORT=5001", file=sys.stderr)
        return 1
    try:
        prepare()
    except subprocess.CalledProcessError as failure:
        return failure.returncode
    except Stop:
        return 0
    return serve(address.host, address.port)


if __name__ == "__main__":
    sys.exit(main())
