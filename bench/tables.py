"""Rows of figures as tables: for a terminal, for Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.columns import COLUMNS
from bench.results import Row


@dataclass(frozen=True)
class Subject:
    """A table: its title, what its first column holds, its columns in order."""

    title: str
    head: str
    columns: tuple[str, ...]


SUBJECTS = {
    "http": Subject("Over HTTP", "request", ("rate", "share", "p50", "p95", "p99", "kib")),
    "process": Subject(
        "In process",
        "request",
        ("p50", "p95", "p99", "max", "cpu50", "cpu95", "sql", "over_sql", "statements", "statements_1", "queries"),
    ),
    "groups": Subject(
        "By group of queries: counts, twenty best, display rows", "group", ("p50", "p95", "max", "queries")
    ),
    "profile": Subject("Where the time of a fragment goes", "layer", ("us", "part")),
    "naive": Subject("The naive form of the same search", "form", ("p50", "p95", "p99", "max", "times", "queries")),
    "growth": Subject("Growth", "rows", ("rows", "p50", "p95", "max")),
    "django": Subject("Django on the same PostgreSQL", "peer", ("rate", "share", "p95", "times")),
    "imports": Subject("Imports", "command", ("lines", "seconds", "lines_rate", "mib")),
    "readers": Subject(
        "The fragment while an import runs", "meanwhile", ("p50", "p95", "max", "over_idle", "late", "queries")
    ),
    "relevance": Subject("Relevance", "queries", ("recall", "mrr", "first", "fifth", "queries")),
    "memory": Subject("Memory and disk", "what", ("mib", "own", "gib")),
}


def lines(subject: str, rows: Iterable[Row]) -> list[list[str]]:
    """Head and rows of a table; a column that nobody fills is left out."""
    about, rows = SUBJECTS[subject], list(rows)
    columns = [name for name in about.columns if any(name in row.values for row in rows)]
    head = ["database", about.head, *(COLUMNS[name].title for name in columns)]
    return [head, *([row.engine, row.name, *cells(row, columns)] for row in rows)]


def cells(row: Row, columns: Sequence[str]) -> list[str]:
    return [COLUMNS[name].form.format(row.values[name]) if name in row.values else "" for name in columns]


def in_terminal(table: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[place]) for line in table) for place in range(len(table[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    )


def in_markdown(table: Sequence[Sequence[str]]) -> str:
    rule = ["---", "---", *("---:" for _ in table[0][2:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (table[0], rule, *table[1:]))


def of_goals(goals: Iterable[dict[str, Any]]) -> list[list[str]]:
    """« reached » is of the aim; what only reaches the floor says so."""
    head = ["database", "goal", "", "measured", "floor", "aim", "reached"]
    return [
        head,
        *(
            [goal["engine"], goal["code"], goal["what"], goal["measured"], goal["floor"], goal["aim"], verdict(goal)]
            for goal in goals
        ),
    ]


def verdict(goal: dict[str, Any]) -> str:
    if goal["reached"]:
        return "yes"
    return "the floor" if goal["floor_reached"] else "no"
