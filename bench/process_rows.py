"""Requests without a server: the portal in one process, beside the raw SQL of the same work.

Each question is asked in several rounds, in random order, everything about it one after the other; its figure is its
fastest round, so that what else the machine does is left out (SEARCH.md §1, « denoised »). Percentiles are over all
questions, the ones that find nothing included. A page is one question: its percentiles are over its repetitions.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from flask import Flask

from app import create_app, db
from app.search.results import Asked as Question
from app.search.results import find_results
from bench import spent
from bench.asking import Asking
from bench.dataset import Dataset
from bench.inside import Inside
from bench.queries import Asked
from bench.recording import Raw, Said, recording
from bench.results import Row, percentile

FRAGMENT, SEARCH = "search fragment", "search alone"
WARM = 60
REPEATED = 12
"""A page, in each round."""
Timing = tuple[float, float]
"""Milliseconds by the clock, and of this thread's processor time."""


@dataclass
class Seen:
    """What one question cost, round after round."""

    whole: list[Timing] = field(default_factory=list)
    raw: list[Timing] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    """At first."""
    said_again: list[Said] = field(default_factory=list)
    """When lines of results and names are ready, as they are when it is timed."""


def measure(dataset: Dataset, askings: Sequence[Asking], questions: Sequence[Asked], rounds: int) -> list[Row]:
    """In a process of its own: nothing of another engine is loaded there."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure_here, dataset, askings, questions, rounds).result()


def measure_here(dataset: Dataset, askings: Sequence[Asking], questions: Sequence[Asked], rounds: int) -> list[Row]:
    app = create_app(database_url=dataset.sqlalchemy_url, instance_path=dataset.instance, rate_limits=False)
    inside, raw, chance = Inside(app), Raw(app), random.Random(dataset.seed)
    warm_up(inside, askings)
    rows = []
    for asking in askings:
        print(f"    {asking.name}", flush=True)
        asks = {path: inside.asks(path, asking) for path in asking.paths}
        seen = timed(asks, raw, rounds if asking.varies else rounds * REPEATED, chance, inside.forget)
        small = len(heard_by(inside.asks(asking.small, asking))) if asking.small else None
        rows.append(row_of(dataset.engine, asking.name, seen, denoised=asking.varies, small=small))
        if asking.name == FRAGMENT:
            rows.extend(spent.measure(dataset.engine, list(asks.values()), inside.forget))
    print(f"    {SEARCH}", flush=True)
    texts = {question.text: question.group for question in questions}
    seen = timed({text: partial(search, app, text) for text in texts}, raw, rounds, chance)
    return [*rows, row_of(dataset.engine, SEARCH, seen), *by_group(dataset.engine, seen, texts)]


def warm_up(inside: Inside, askings: Sequence[Asking]) -> None:
    """What a process finds out once (templates, vocabulary) is nobody's question."""
    for asking in askings:
        for path in asking.paths[:: max(1, len(asking.paths) // WARM)]:
            inside.asks(path, asking)()
    inside.forget()


def search(app: Flask, text: str) -> None:
    """What a fragment needs of the index: counts of each tab, the twenty best, their display rows."""
    with app.app_context():
        find_results(db.reader(), Question(text))


def timed(
    asks: Mapping[str, Callable[[], object]],
    raw: Raw,
    rounds: int,
    chance: random.Random,
    forget: Callable[[], None] = lambda: None,
) -> dict[str, Seen]:
    """Twice it is not timed but listened to: what a question reads when nothing of its answer is known, and then."""
    seen = {}
    for name, ask in asks.items():
        at_first = heard_by(ask)
        forget()
        seen[name] = Seen(said=at_first, said_again=heard_by(ask))
    for _ in range(rounds):
        for name in chance.sample(list(asks), len(asks)):
            one = seen[name]
            steps: list[tuple[list[Timing], Callable[[], object]]] = [
                (one.whole, asks[name]),
                (one.raw, partial(raw.say, one.said_again)),
            ]
            chance.shuffle(steps)
            forget()
            for timings, step in steps:
                timings.append(clocked(step))
    return seen


def heard_by(ask: Callable[[], object]) -> list[Said]:
    with recording() as heard:
        ask()
    return heard


def clocked(step: Callable[[], object]) -> Timing:
    cpu, start = time.thread_time(), time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - start), 1000 * (time.thread_time() - cpu)


def row_of(engine: str, name: str, seen: dict[str, Seen], *, denoised: bool = True, small: int | None = None) -> Row:
    def figures(of: Callable[[Seen], list[Timing]], place: int) -> list[float]:
        each = [[timing[place] for timing in of(one)] for one in seen.values()]
        return [min(values) for values in each] if denoised else [value for values in each for value in values]

    whole, raw = figures(lambda one: one.whole, 0), figures(lambda one: one.raw, 0)
    values = {f"p{share}": percentile(whole, share / 100) for share in (50, 95, 99)} | {
        "max": max(whole),
        **{f"cpu{share}": percentile(figures(lambda one: one.whole, 1), share / 100) for share in (50, 95)},
        "sql": percentile(raw, 0.95),
        "over_sql": percentile(whole, 0.95) / percentile(raw, 0.95),
        "statements": max(len(one.said) for one in seen.values()),
    }
    if denoised:
        values["queries"] = len(seen)
    return Row("process", engine, name, values | ({"statements_1": small} if small is not None else {}))


def by_group(engine: str, seen: dict[str, Seen], groups: dict[str, str]) -> list[Row]:
    each: dict[str, list[float]] = defaultdict(list)
    for text, one in seen.items():
        each[groups[text]].append(min(whole for whole, _ in one.whole))
    return [
        Row(
            "groups",
            engine,
            group,
            {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95), "max": max(times), "queries": len(times)},
        )
        for group, times in each.items()
    ]
