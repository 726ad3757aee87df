"""How latency grows with the number of rows: one point a scale, the same questions' kinds, ours beside the naive form.

A point keeps its scale's name, so that the last one divided by another is one run's.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench import naive_rows, process_rows
from bench.asking import searches
from bench.dataset import Dataset
from bench.queries import workload
from bench.results import Row
from bench.scales import SCALES, Scale

ROUNDS = 2
POINTS: tuple[Scale, ...] = (SCALES["small"], SCALES["regional"])
"""What leads to the country."""


def measure(dataset: Dataset) -> list[Row]:
    questions = workload(dataset, dataset.seed)
    fragment = searches(questions)[0]
    ours = process_rows.measure(dataset, [fragment], questions, ROUNDS)
    return of_point(dataset, [*ours, *naive_rows.measure(dataset, questions, ours)])


def of_point(dataset: Dataset, rows: Sequence[Row]) -> list[Row]:
    """Rows of searches, as a point of the growth."""
    many = dataset.scale.establishments + dataset.scale.units + dataset.scale.listed
    chosen = [
        row
        for row in rows
        if row.subject == "naive"
        or (row.subject == "process" and row.name in (process_rows.SEARCH, process_rows.FRAGMENT))
    ]
    return [
        Row(
            "growth",
            dataset.engine,
            f"{row.name}, {dataset.scale.name}",
            {"rows": many, **{column: row.values[column] for column in ("p50", "p95", "max")}},
        )
        for row in chosen
    ]
