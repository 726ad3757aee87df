"""Real workers that start fast: forked from a process that has imported the portal, to be killed while they work."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.process import BaseProcess

from app import create_app
from app.blueprints import BLUEPRINTS
from app.cli.worker import _attempt
from app.integrations.sas.sending import send_states
from app.usecases.publications import project_publications

for _name in BLUEPRINTS:  # what create_app imports, once and for all
    import_module(f"app.blueprints.{_name}.routes")

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.workers"])


@contextmanager
def working(environment: Mapping[str, str], number: int = 1) -> Iterator[list[BaseProcess]]:
    """What `flask worker` does of publications and of the ledger, `number` times; killed (-9) at the end."""
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
    while True:
        with app.app_context():
            handled = _attempt(project_publications) + _attempt(send_states)
        if not handled:
            time.sleep(0.1)
