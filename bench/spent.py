"""Where the time of a fragment goes: a profile of the workload, its own time gathered by layer.

A profiler makes calls dearer than they are, the SQL in C apart: shares say what is big, not what is 3 %. They are put
on the scale of the processor time that the same requests take without it.
"""

from __future__ import annotations

import cProfile
import pstats
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.results import Row

LAYERS = (
    (
        "SQL and its driver",
        ("sqlite3.", "psycopg", "app/reader.py", "app/wires.py", "select.poll", "select.epoll", "'poll'"),
    ),
    ("search in Python", ("app/search/", "rapidfuzz")),
    ("templates", (".html", "jinja2", "markupsafe")),
    ("lines and fragments", ("app/blueprints/search/", "app/web/answer_cache.py", "app/web/marking.py")),
    ("the rest of the portal", ("/app/",)),
    ("SQLAlchemy", ("sqlalchemy",)),
    ("Flask and Werkzeug", ("flask", "werkzeug")),
)
OTHER = "Python's own"
Function = tuple[str, int, str]


def measure(engine: str, asks: Sequence[Callable[[], object]], forget: Callable[[], None]) -> list[Row]:
    """Each is asked twice: without the profiler, with it."""
    forget()
    plain = sum(_cpu(ask) for ask in asks)
    forget()
    profiler = cProfile.Profile()
    for ask in asks:
        profiler.enable()
        ask()
        profiler.disable()
    spent = by_layer(pstats.Stats(profiler).stats)  # type: ignore[attr-defined]
    whole = sum(spent.values())
    names = [name for name, _ in LAYERS] + [OTHER]
    return [
        Row(
            "profile",
            engine,
            name,
            {"us": 1e6 * plain / len(asks) * spent[name] / whole, "part": spent[name] / whole},
        )
        for name in names
        if spent[name]
    ]


def by_layer(stats: Mapping[Function, Any]) -> dict[str, float]:
    """Layer → seconds of its own. What is written in C counts for who calls it, the driver's apart."""
    spent: dict[str, float] = defaultdict(float)
    for function, (_, _, own, _, callers) in stats.items():
        layer = layer_of(function)
        if layer or function[0] != "~":
            spent[layer or OTHER] += own
            continue
        for caller, (_, _, share, _) in callers.items():
            spent[layer_of(caller) or OTHER] += share
    return spent


def layer_of(function: Function) -> str | None:
    where = f"{function[0]} {function[2]}"
    return next((name for name, marks in LAYERS if any(mark in where for mark in marks)), None)


def _cpu(ask: Callable[[], object]) -> float:
    start = time.thread_time()
    ask()
    return time.thread_time() - start
