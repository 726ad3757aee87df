"""The columns of the tables: what they are called, how they are written, which way is better and what is noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Column:
    """`noise`: on a machine that others share, a change below that share says nothing (SEARCH.md §5). `better`: None
    when the figure alone means nothing."""

    title: str
    form: str = "{:.2f}"
    better: Literal["more", "less"] | None = None
    noise: float = 0.0


THROUGHPUT, LATENCY, EXACT = 0.15, 0.30, 0.0
COLUMNS = {
    "rate": Column("req/s", "{:,.0f}"),
    "share": Column("÷ hello", "{:.1%}", "more", THROUGHPUT),
    "p50": Column("p50 ms", "{:.2f}", "less", LATENCY),
    "p95": Column("p95 ms", "{:.2f}", "less", LATENCY),
    "p99": Column("p99 ms", "{:.2f}"),
    "max": Column("worst ms", "{:.1f}", "less", 2 * LATENCY),
    "cpu50": Column("CPU p50 ms", "{:.2f}", "less", THROUGHPUT),
    "cpu95": Column("CPU p95 ms", "{:.2f}", "less", THROUGHPUT),
    "sql": Column("its SQL p95 ms", "{:.2f}"),
    "over_sql": Column("p95 ÷ its SQL", "{:.2f}", "less", LATENCY),
    "statements": Column("statements", "{:.0f}", "less", EXACT),
    "statements_1": Column("statements, 1 row", "{:.0f}", "less", EXACT),
    "kib": Column("KiB", "{:.1f}"),
    "rows": Column("rows", "{:,.0f}"),
    "queries": Column("queries", "{:,.0f}"),
    "recall": Column("recall@10", "{:.3f}", "more", 0.01),
    "mrr": Column("MRR", "{:.3f}", "more", 0.01),
    "first": Column("hit@1", "{:.3f}", "more", 0.01),
    "fifth": Column("hit@5", "{:.3f}", "more", 0.01),
    "lines": Column("lines", "{:,.0f}"),
    "seconds": Column("seconds", "{:,.1f}"),
    "lines_rate": Column("lines/s", "{:,.0f}", "more", LATENCY),
    "mib": Column("peak MiB", "{:,.0f}", "less", THROUGHPUT),
    "own": Column("of its own, MiB", "{:,.0f}", "less", THROUGHPUT),
    "over_idle": Column("p95 ÷ idle", "{:.2f}", "less", LATENCY),
    "late": Column("had to wait", "{:,.0f}"),
    "times": Column("ours is … times", "{:.1f}", "more", LATENCY),
    "us": Column("CPU µs a request", "{:,.0f}"),
    "part": Column("share", "{:.0%}"),
    "gib": Column("GiB", "{:.2f}"),
}
