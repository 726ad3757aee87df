"""How long the naive form of the same search takes on the same questions."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from bench.dataset import Dataset
from bench.peers.naive import Naive, built
from bench.process_rows import SEARCH
from bench.queries import Asked
from bench.results import Row, percentile

ROUNDS = 2
AT_MOST = 15.0
"""Seconds: in a country one round of all questions would take many minutes."""


def measure(dataset: Dataset, questions: Sequence[Asked], ours: Sequence[Row]) -> list[Row]:
    """`ours`: rows found before, to say how many times faster the portal's own is (p95)."""
    with built(dataset) as naive:
        fastest = timed(naive, [question.text for question in questions], random.Random(dataset.seed))
    times = [1000 * seconds for seconds in fastest.values()]
    values = {f"p{share}": percentile(times, share / 100) for share in (50, 95, 99)}
    own = next((row.values["p95"] for row in ours if row.name == SEARCH), None)
    compared = {"times": values["p95"] / own} if own else {}
    return [Row("naive", dataset.engine, naive.name, {**values, "max": max(times), "queries": len(times), **compared})]


def timed(naive: Naive, texts: Sequence[str], chance: random.Random) -> dict[str, float]:
    """Text → seconds of its fastest round; fewer texts when time is over."""
    fastest: dict[str, float] = {}
    deadline = time.monotonic() + AT_MOST
    for _ in range(ROUNDS):
        for text in chance.sample(texts, len(texts)):
            if time.monotonic() > deadline:
                return fastest
            start = time.perf_counter()
            naive.page(text)
            taken = time.perf_counter() - start
            fastest[text] = min(taken, fastest.get(text, taken))
    return fastest
