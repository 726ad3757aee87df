"""Real workers that start fast: forked from a process that has imported the portal, to be killed while they work."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.process import BaseProcess

from app import create_app
from app.blueprints import BLUEPRINTS
from app.cli.worker import _run

for _name in BLUEPRINTS:  # what create_app imports, once and for all
    import_module(f"app.blueprints.{_name}.routes")

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.workers"])


@contextmanager
def working(environment: Mapping[str, str], number: int = 1) -> Iterator[list[BaseProcess]]:
    """`flask worker` with these settings, `number` times; killed (-9) at the end, whatever they are doing."""
    processes = [FORKS.Process(target=_work, args=(dict(environment),), daemon=True) for _ in range(number)]
    for process in processes:
        process.start()
    try:
        yield list(processes)
    finally:
        for process in processes:
            process.kill()
            process.join()


def _work(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    app = create_app()
    with app.app_context():
        _run(threading.Event())
