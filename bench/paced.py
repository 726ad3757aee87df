"""Readers at a steady pace, in a thread, while something else happens: how long each waited for its answer."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.http_load import Unexpected
from bench.visitor import Kept


@dataclass
class Waits:
    """`late`: how often a question left after its time, since the one before was not answered yet."""

    seconds: list[float] = field(default_factory=list)
    late: int = 0


@contextmanager
def readers(port: int, paths: Sequence[str], headers: dict[str, str], every: float) -> Iterator[Waits]:
    """Asks the next path every so many seconds until the end of the block."""
    waits, ending = Waits(), threading.Event()
    failures: list[Exception] = []

    def read() -> None:
        try:
            _read(Kept(port), itertools.cycle(paths), headers, every, waits, ending)
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
            due = time.perf_counter()
        start = time.perf_counter()
        status = browser.status(next(paths), headers)
        if status != 200:
            raise Unexpected(f"{status} during an import")
        waits.seconds.append(time.perf_counter() - start)
