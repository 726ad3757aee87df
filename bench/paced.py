"""Readers at a steady pace, in a thread, while something else happens: how long each waited for its answer."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from bench.http_load import Unexpected
from bench.visitor import Kept


@dataclass
class Waits:
    """From when each question was due: one that had to wait for the answer before it has waited. `late`: how many."""

    seconds: list[float] = field(default_factory=list)
    late: int = 0


@contextmanager
def readers(port: int, paths: Sequence[str], headers: dict[str, str], every: float) -> Iterator[Waits]:
    """Asks the next path every so many seconds until the end of the block."""
    waits, ending = Waits(), threading.Event()
    failures: list[Exception] = []

    def read() -> None:
        try:
            with closing(Kept(port)) as browser:
                _read(browser, itertools.cycle(paths), headers, every, waits, ending)
        except (OSError, Unexpected) as failure:
            failures.append(failure)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield waits
    finally:
        ending.set()
        thread.join()
    if failures:
        raise failures[0]


def _read(
    browser: Kept, paths: Iterator[str], headers: dict[str, str], every: float, waits: Waits, ending: threading.Event
) -> None:
    due = time.perf_counter()
    while not ending.is_set():
        due += every
        pause = due - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        else:
            waits.late += 1
        status = browser.status(next(paths), headers)
        if status != 200:
            raise Unexpected(f"{status} during an import")
        waits.seconds.append(time.perf_counter() - due)
