"""The last results beside those that were kept for the same scale (bench/kept/), noise allowed for.

    python -m bench.compare             a table; the exit code is 1 when something got worse
    python -m bench.compare --keep      the same, then the last results are the kept ones; what this run did not
                                        measure (the other engine, a part) stays as it was

What noise is for each column: bench/columns.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.columns import COLUMNS, Column
from bench.goals import judge
from bench.results import KEPT, LATEST, Results, Row
from bench.tables import SUBJECTS, in_terminal

Verdict = Literal["better", "worse", "same"]
TINY = 0.1
"""Milliseconds below which a difference is nobody's."""


@dataclass(frozen=True)
class Change:
    row: Row
    column: Column
    before: float
    after: float

    @property
    def verdict(self) -> Verdict:
        return verdict(self.column, self.before, self.after)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="?", default=LATEST)
    parser.add_argument("--keep", action="store_true", help="these results are what the next ones are compared with")
    given = parser.parse_args()
    last = Results.read(given.results)
    path = kept_path(last.scale)
    found = list(changes(Results.read(path), last)) if path.exists() else []
    tell(found, path)
    if given.keep:
        (joined(Results.read(path), last) if path.exists() else last).write(path)
        print(f"kept: {path.relative_to(Path.cwd())}" if path.is_relative_to(Path.cwd()) else f"kept: {path}")
    return int(any(one.verdict == "worse" for one in found))


def kept_path(scale: str) -> Path:
    return KEPT / f"{scale.replace(' × ', '-')}.json"


def joined(before: Results, after: Results) -> Results:
    """The last results, and the tables of those kept that this run did not measure again (another engine, a part)."""
    measured = {(row.subject, row.engine) for row in after.rows}
    stay = [row for row in before.rows if (row.subject, row.engine) not in measured]
    if not stay:
        return after
    engines = sorted({row.engine for row in (*stay, *after.rows)}, reverse=True)
    facts = {**after.facts, "engines": engines, "before": f"{before.facts['date']}, commit {before.facts['commit']}"}
    together = Results(after.scale, after.seed, facts, [*after.rows, *stay])
    order = list(SUBJECTS)
    together.rows.sort(key=lambda row: (order.index(row.subject), engines.index(row.engine)))
    together.goals = judge(together, engines)
    return together


def changes(before: Results, after: Results) -> Iterator[Change]:
    """What both measured and where one way is better."""
    known = {row.key: row for row in before.rows}
    for row in after.rows:
        former = known.get(row.key)
        for name, column in COLUMNS.items():
            if former and column.better and name in row.values and name in former.values:
                yield Change(row, column, former.values[name], row.values[name])


def verdict(column: Column, before: float, after: float) -> Verdict:
    if column.title.endswith(" ms") and abs(after - before) < TINY:
        return "same"
    room = column.noise * abs(before)
    if abs(after - before) <= room:
        return "same"
    return "better" if (after > before) == (column.better == "more") else "worse"


def tell(found: list[Change], path: Path) -> None:
    if not found:
        print(f"Nothing to compare with: no {path.name} in bench/kept.")
        return
    moved = [one for one in found if one.verdict != "same"]
    if moved:
        head = ["database", "row", "", "kept", "now", "", ""]
        print(in_terminal([head, *(line(one) for one in moved)]))
    counts = {name: sum(one.verdict == name for one in found) for name in ("better", "worse", "same")}
    print(", ".join(f"{count} {name}" for name, count in counts.items()))


def line(one: Change) -> list[str]:
    written = (one.column.form.format(value) for value in (one.before, one.after))
    share = f"{(one.after / one.before - 1):+.0%}" if one.before else ""
    return [one.row.engine, f"{one.row.subject}: {one.row.name}", one.column.title, *written, share, one.verdict]


if __name__ == "__main__":
    sys.exit(main())
