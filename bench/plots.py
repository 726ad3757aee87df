"""Latency against the number of rows, both axes by powers of ten, as light SVG that follows the reader's colours.

python -m bench.plots       docs/plots/*.svg from bench/kept/national.json
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from bench.process_rows import FRAGMENT, SEARCH
from bench.results import KEPT, ROOT, Results

PLOTS = ROOT / "docs" / "plots"
WIDTH, HEIGHT = 780, 430
LEFT, RIGHT, TOP, BOTTOM = 64, 220, 58, 46
STYLE = """
svg{font:13px system-ui,sans-serif;background:#fff}text{fill:#222}.g{stroke:#ddd}.a{stroke:#666}
.l{stroke-width:2}.c0{stroke:#0b62c4;fill:#0b62c4}.c1{stroke:#b3470b;fill:#b3470b}.c2{stroke:#3d7a1f;fill:#3d7a1f}
.l{fill:none}.d{stroke-dasharray:6 4}
@media(prefers-color-scheme:dark){svg{background:#161616}text{fill:#eee}.g{stroke:#3a3a3a}.a{stroke:#999}
.c0{stroke:#7ab8ff;fill:#7ab8ff}.c1{stroke:#ffa366;fill:#ffa366}.c2{stroke:#9bdc7a;fill:#9bdc7a}.l{fill:none}}
"""
Point = tuple[float, float]
"""Rows, milliseconds."""


@dataclass(frozen=True)
class Series:
    name: str
    points: tuple[Point, ...]
    colour: int
    dashed: bool


def main() -> int:
    kept = KEPT / "national.json"
    if not kept.exists():
        print("No bench/kept/national.json: make bench-national, then python -m bench.compare --keep.")
        return 1
    for path in draw(Results.read(kept), PLOTS):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.1f} KiB")
    return 0


def draw(results: Results, folder: Path) -> list[Path]:
    """One plot a database."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for engine in results.facts["engines"]:
        found = list(series(results, engine))
        if found:
            path = folder / f"growth-{engine}.svg"
            path.write_text(plot(f"Search on {engine}: milliseconds against rows", found))
            drawn.append(path)
    return drawn


def series(results: Results, engine: str) -> Iterable[Series]:
    """p50 dashed and p95 plain, of the fragment, of its search alone, of the naive form."""
    rows = [row for row in results.of("growth") if row.engine == engine]
    names = list(dict.fromkeys(row.name.rpartition(", ")[0] for row in rows))
    for colour, name in enumerate(sorted(names, key=lambda name: (name != FRAGMENT, name != SEARCH, name))):
        for column in ("p95", "p50"):
            points = sorted(
                (row.values["rows"], row.values[column]) for row in rows if row.name.rpartition(", ")[0] == name
            )
            yield Series(f"{name}, {column}", tuple(points), colour % 3, column == "p50")


def plot(title: str, lines: Sequence[Series]) -> str:
    every = [point for line in lines for point in line.points]
    across, up = Axis([x for x, _ in every], LEFT, WIDTH - RIGHT), Axis([y for _, y in every], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE.strip()}</style>",
        f'<text x="{LEFT}" y="22" font-weight="600">{escape(title)}</text>',
        *grid(across, up),
        *curves(lines, across, up),
        "</svg>\n",
    ]
    return "\n".join(parts)


class Axis:
    """Powers of ten from below the least value to above the largest, between two places of the drawing."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self.start, self.end = start, end

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def grid(across: Axis, up: Axis) -> Iterable[str]:
    for value in up.ticks():
        y = up.place(value)
        yield f'<path class="g" d="M{across.start} {y}H{across.end}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{value:g}</text>'
    for value in across.ticks():
        x = across.place(value)
        yield f'<path class="g" d="M{x} {up.start}V{up.end}"/>'
        yield f'<text x="{x}" y="{up.start + 20}" text-anchor="middle">{value:,.0f}</text>'
    yield f'<path class="a" fill="none" d="M{across.start} {up.end}V{up.start}H{across.end}"/>'
    yield f'<text x="{across.end}" y="{up.start + 38}" text-anchor="end">rows</text>'
    yield f'<text x="{LEFT - 8}" y="{up.end - 16}" text-anchor="end">ms</text>'


def curves(lines: Sequence[Series], across: Axis, up: Axis) -> Iterable[str]:
    for place, line in enumerate(lines):
        spots = [(across.place(x), up.place(y)) for x, y in line.points]
        style = f"l c{line.colour}{' d' if line.dashed else ''}"
        yield f'<path class="{style}" d="M{"L".join(f"{x} {y}" for x, y in spots)}"/>'
        yield from (f'<circle class="c{line.colour}" cx="{x}" cy="{y}" r="3"/>' for x, y in spots)
        y = TOP + 12 + 22 * place
        x = WIDTH - RIGHT + 14
        yield f'<path class="{style}" d="M{x} {y}h22"/><text x="{x + 28}" y="{y + 4}">{escape(line.name)}</text>'


if __name__ == "__main__":
    sys.exit(main())
