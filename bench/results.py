"""What a run of the bench found: rows of figures, with where and when, as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
LATEST = ROOT / "bench" / "results.json"
KEPT = ROOT / "bench" / "kept"
PACKAGES = ("flask", "gunicorn", "jinja2", "psycopg", "sqlalchemy", "werkzeug")


@dataclass(frozen=True)
class Row:
    """`values`: column (bench/columns.py) → figure; `rounds`: what each round gave, where there are several."""

    subject: str
    engine: str
    name: str
    values: dict[str, float]
    rounds: dict[str, list[float]] = field(default_factory=dict)

    @classmethod
    def of_rounds(cls, subject: str, engine: str, name: str, rounds: dict[str, list[float]], **more: float) -> Self:
        """The figure of a column is the median of its rounds."""
        return cls(subject, engine, name, {column: median(seen) for column, seen in rounds.items()} | more, rounds)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.subject, self.engine, self.name


@dataclass
class Results:
    scale: str
    seed: int
    facts: dict[str, Any]
    """Machine, versions, commit, date, load of the machine."""
    rows: list[Row] = field(default_factory=list)
    goals: list[dict[str, Any]] = field(default_factory=list)

    def of(self, subject: str) -> list[Row]:
        return [row for row in self.rows if row.subject == subject]

    def value(self, subject: str, engine: str, name: str, column: str) -> float | None:
        found = (row.values.get(column) for row in self.rows if row.key == (subject, engine, name))
        return next(found, None)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = ",\n    ".join(json.dumps(_rounded(asdict(row)), ensure_ascii=False) for row in self.rows)
        goals = ",\n    ".join(json.dumps(_rounded(goal), ensure_ascii=False) for goal in self.goals)
        head = json.dumps({"scale": self.scale, "seed": self.seed, "facts": self.facts}, ensure_ascii=False, indent=2)
        path.write_text(f'{head[:-2]},\n  "rows": [\n    {rows}\n  ],\n  "goals": [\n    {goals}\n  ]\n}}\n')

    @classmethod
    def read(cls, path: Path) -> Self:
        told = json.loads(path.read_text())
        rows = [Row(**row) for row in told["rows"]]
        return cls(told["scale"], told["seed"], told["facts"], rows, told["goals"])


def percentile(values: Sequence[float], share: float) -> float:
    """Of `values` in any order: the smallest one that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -(-len(ordered) * share // 1).__int__() - 1))]


def facts(engines: Sequence[str]) -> dict[str, Any]:
    """Where and when: nothing in it names the machine."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _told("git", "rev-parse", "--short", "HEAD"),
        "changed": bool(_told("git", "status", "--porcelain", "--", "app", "bench", "migrations")),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: version(name) for name in PACKAGES},
        "engines": list(engines),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _told(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value
