"""Measures the portal at a scale, on both databases, and says which goals are reached.

    make bench                                       regional, both engines, under ten minutes on two cores
    make bench-national                              the country, with the growth that leads to it
    python -m bench --engine sqlite --only http      a part of it

Tables are printed, everything is in bench/results.json; `python -m bench.compare` reads it beside what was kept. A goal
that is missed is told; only a run of which a part failed ends with another code than 0.
"""

from __future__ import annotations

import argparse
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench import django_rows, growth, http_rows, import_rows, naive_rows, process_rows, relevance_rows
from bench.asking import Asking, pages, searches
from bench.dataset import ENGINES, Dataset, prepared
from bench.goals import judge
from bench.queries import HELD_OUT_SEED, Asked, workload
from bench.registers import SEED
from bench.results import LATEST, Results, Row, facts
from bench.scales import SCALES, Scale
from bench.tables import SUBJECTS, in_terminal, lines, of_goals

ROUNDS = 3


@dataclass(frozen=True)
class Run:
    """What is measured once, on one database."""

    dataset: Dataset
    rounds: int
    questions: list[Asked]
    askings: list[Asking]
    others: Asking
    """Searches of another seed."""
    ours: list[Row]
    """What was found on this database so far."""


def main() -> int:
    given = parsed()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # servers are ended then too
    scale = SCALES[given.scale] if given.part == 1 else SCALES[given.scale].part(given.part)
    results = Results(scale.name, given.seed, facts(given.engine))
    start, failed = time.monotonic(), list[str]()
    try:
        for engine in given.engine:
            for row in measured(scale, engine, given, failed):
                results.rows.append(row)
    finally:  # hours may have been measured before something fails
        results.facts["minutes"] = round((time.monotonic() - start) / 60, 1)
        results.goals = judge(results, given.engine)
        results.write(LATEST)
    tell(results)
    if failed:
        print(f"Not measured, for the reason told above: {', '.join(failed)}.")
    return 1 if failed else 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", choices=SCALES, default="regional")
    parser.add_argument("--part", type=float, default=1.0, help="a share of that scale, for example 0.2")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="both without it")
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts, in their usual order")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    given.engine, given.only = given.engine or list(ENGINES), given.only or list(PARTS)
    return given


def measured(scale: Scale, engine: str, given: argparse.Namespace, failed: list[str]) -> Iterator[Row]:
    """`failed`: the parts that did not end well are added to it; the others are measured all the same."""
    if "growth" in given.only and is_national(scale):
        for point in growth.POINTS:
            with (
                step(f"{point.name}, {engine}: a point of the growth"),
                prepared(point, engine, seed=given.seed) as made,
            ):
                yield from growth.measure(made)
    with step(f"{scale.name}, {engine}"), prepared(scale, engine, seed=given.seed) as dataset:
        run = begun(dataset, given.rounds)
        for part, measure in PARTS.items():
            if part in given.only:
                found: Sequence[Row] = ()
                with step(f"  {part}"):
                    try:
                        found = measure(run)
                    except Exception:  # noqa: BLE001  whatever it is, hours of measuring may follow
                        traceback.print_exc()
                        failed.append(f"{part} on {engine}")
                run.ours.extend(found)
                yield from found


def is_national(scale: Scale) -> bool:
    return scale.name.startswith("national")


def begun(dataset: Dataset, rounds: int) -> Run:
    questions = workload(dataset, dataset.seed)
    askings = [*searches(questions), *pages(dataset)]
    return Run(dataset, rounds, questions, askings, searches(workload(dataset, HELD_OUT_SEED))[0], [])


def in_process(run: Run) -> Sequence[Row]:
    return process_rows.measure(run.dataset, run.askings, run.questions, max(2, run.rounds // 2))


def over_http(run: Run) -> Sequence[Row]:
    return http_rows.measure(run.dataset, run.askings, run.others, run.rounds)


def naively(run: Run) -> Sequence[Row]:
    return naive_rows.measure(run.dataset, run.questions, run.ours)


def in_django(run: Run) -> Sequence[Row]:
    return django_rows.measure(run.dataset, run.askings[0], run.others)


def relevance(run: Run) -> Sequence[Row]:
    return relevance_rows.measure(run.dataset)


def last_point(run: Run) -> Sequence[Row]:
    """The country itself, from what was measured above; a region alone does not grow."""
    return growth.of_point(run.dataset, run.ours) if is_national(run.dataset.scale) else []


def imports(run: Run) -> Sequence[Row]:
    return import_rows.measure(run.dataset, run.askings[0])


PARTS: dict[str, Callable[[Run], Sequence[Row]]] = {
    "process": in_process,
    "http": over_http,
    "naive": naively,
    "django": in_django,
    "growth": last_point,
    "relevance": relevance,
    "imports": imports,
}
"""In the order in which they are measured."""


@contextmanager
def step(title: str) -> Iterator[None]:
    print(f"{title} …", flush=True)
    start = time.monotonic()
    yield
    print(f"{title}: {time.monotonic() - start:.0f} s", flush=True)


def tell(results: Results) -> None:
    for subject in SUBJECTS:
        if rows := results.of(subject):
            print(f"\n{SUBJECTS[subject].title}\n{in_terminal(lines(subject, rows))}")
    if results.goals:
        print(f"\nGoals\n{in_terminal(of_goals(results.goals))}")
    print(f"\n{LATEST.relative_to(LATEST.parent.parent)}: {len(results.rows)} rows, {results.facts['minutes']} min")


if __name__ == "__main__":
    raise SystemExit(main())
