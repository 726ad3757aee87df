"""The goals of SEARCH.md §5 (G1 to G8: the floor) and of the issue (the aim), judged on the rows of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bench.process_rows import FRAGMENT, SEARCH
from bench.results import Results

HELD_OUT = "golden set, held out"
TYPOS = "golden set, held out: typos"
Side = Literal["at least", "at most"]


@dataclass(frozen=True)
class Goal:
    """`floor` must be reached; `aim` is what the issue wants. None: the scale has no such goal."""

    code: str
    what: str
    measured: Callable[[Results, str], float | None]
    side: Side
    floor: float | None
    aim: float | None
    form: str = "{:.2f}"

    def judged(self, results: Results, engine: str) -> dict[str, Any] | None:
        value = self.measured(results, engine)
        if value is None:
            return None
        return {
            "code": self.code,
            "engine": engine,
            "what": self.what,
            "measured": self.form.format(value),
            "floor": self._told(self.floor),
            "aim": self._told(self.aim),
            "reached": self._meets(value, self.floor) and self._meets(value, self.aim),
            "floor_reached": self._meets(value, self.floor),
        }

    def _meets(self, value: float, bound: float | None) -> bool:
        return bound is None or (value >= bound if self.side == "at least" else value <= bound)

    def _told(self, bound: float | None) -> str:
        return "" if bound is None else f"{'≥' if self.side == 'at least' else '≤'} {self.form.format(bound)}"


def column(subject: str, name: str, of: str) -> Callable[[Results, str], float | None]:
    return lambda results, engine: results.value(subject, engine, name, of)


def grown(of: str) -> Callable[[Results, str], float | None]:
    """National ÷ regional, of one run."""

    def ratio(results: Results, engine: str) -> float | None:
        small, large = (
            results.value("growth", engine, f"{FRAGMENT}, {scale}", of) for scale in ("regional", "national")
        )
        return large / small if small and large else None

    return ratio


def times_django(peer: str) -> Callable[[Results, str], float | None]:
    """On PostgreSQL in the same rounds. On SQLite, where Django has no such search, by the share of hello of each."""

    def ratio(results: Results, engine: str) -> float | None:
        if engine == "postgresql":
            return results.value("django", engine, peer, "times")
        ours, theirs = (
            results.value("http", engine, FRAGMENT, "share"),
            results.value("django", "postgresql", peer, "share"),
        )
        return ours / theirs if ours and theirs else None

    return ratio


def most_statements(results: Results, engine: str) -> float | None:
    rows = (row for row in results.of("process") if row.engine == engine and row.name != SEARCH)
    return max((row.values["statements"] for row in rows if "statements" in row.values), default=None)


def slowest_readers(results: Results, engine: str) -> float | None:
    ratios = [row.values.get("over_idle") for row in results.of("readers") if row.engine == engine]
    return max((ratio for ratio in ratios if ratio), default=None)


def goals(scale: str, engine: str) -> Iterator[Goal]:
    national, sqlite = scale.startswith("national"), engine == "sqlite"
    share = (0.20 if sqlite else 0.10) if national else (0.25 if sqlite else 0.15)
    aim = None if national else (0.40 if sqlite else 0.25)
    yield Goal("G1", "fragment p95 ÷ its raw SQL", column("process", FRAGMENT, "over_sql"), "at most", 2.5, 2.0)
    yield Goal("G2", "fragment ÷ hello", column("http", FRAGMENT, "share"), "at least", share, aim, "{:.1%}")
    for again in ("cached", "304"):
        measured = column("http", f"{FRAGMENT}, {again}", "share")
        yield Goal("G3", f"{again} ÷ hello", measured, "at least", 0.75, 0.85, "{:.1%}")
    if national:
        yield Goal("G4", "fragment p50, national ÷ regional", grown("p50"), "at most", 2.0, 1.5)
        yield Goal("G4", "fragment p95, national ÷ regional", grown("p95"), "at most", 4.0, 3.0)
    worst = column("process", SEARCH, "max")
    yield Goal("G5", "worst search, ms", worst, "at most", 25 if national else 5, 15 if national else None, "{:.1f}")
    for peer, fewest in (
        ("SearchRank, three counts", 10 if sqlite else 5),
        ("trigrams, three counts", 30 if sqlite else 15),
    ):
        yield Goal("G6", f"times Django, {peer}", times_django(peer), "at least", fewest, None, "{:.0f}")
    yield Goal("G7", "recall@10, held out", column("relevance", HELD_OUT, "recall"), "at least", 0.97, None, "{:.3f}")
    yield Goal("G7", "MRR, held out", column("relevance", HELD_OUT, "mrr"), "at least", 0.95, None, "{:.3f}")
    yield Goal(
        "G7", "recall@10 of typos, held out", column("relevance", TYPOS, "recall"), "at least", 0.95, None, "{:.3f}"
    )
    yield Goal("G8", "readers' p95 during an import ÷ idle", slowest_readers, "at most", 4.0, 2.0)
    yield Goal("pages", "most statements of a page", most_statements, "at most", 8, 8, "{:.0f}")


def judge(results: Results, engines: list[str]) -> list[dict[str, Any]]:
    found = (goal.judged(results, engine) for engine in engines for goal in goals(results.scale, engine))
    return [one for one in found if one is not None]
