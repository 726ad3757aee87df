"""Writes the tables of docs/performance.md between their markers, from what was kept (bench/kept/).

    python -m bench.report

`<!-- bench: regional http -->` … `<!-- /bench -->` holds the table of a subject at a scale; `about` the machine and
the date, `goals` the goals. A subject that was not measured says so.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bench.compare import kept_path
from bench.results import ROOT, Results
from bench.tables import SUBJECTS, in_markdown, lines, of_goals

DOCUMENT = ROOT / "docs" / "performance.md"
BLOCK = re.compile(r"(<!-- bench: (\S+) (\S+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def main() -> int:
    text = DOCUMENT.read_text()
    written = filled(text, {scale: kept(scale) for scale in scales(text)})
    DOCUMENT.write_text(written)
    print(f"{DOCUMENT.relative_to(ROOT)}: {len(BLOCK.findall(text))} tables")
    return 0


def scales(text: str) -> set[str]:
    return {scale for _, scale, _, _ in BLOCK.findall(text)}


def kept(scale: str) -> Results | None:
    path: Path = kept_path(scale)
    return Results.read(path) if path.exists() else None


def filled(text: str, results: dict[str, Results | None]) -> str:
    """The document with every block written anew."""

    def block(found: re.Match[str]) -> str:
        given = results[found[2]]
        body = part(given, found[3]) if given else f"Not measured yet at the scale `{found[2]}`."
        return f"{found[1]}{body}\n{found[4]}"

    return BLOCK.sub(block, text)


def part(results: Results, subject: str) -> str:
    if subject == "about":
        return about(results)
    if subject == "goals":
        return in_markdown(of_goals(results.goals))
    if subject not in SUBJECTS:
        raise SystemExit(f"docs/performance.md asks for a table that does not exist: {subject}")
    rows = results.of(subject)
    return in_markdown(lines(subject, rows)) if rows else "Not measured in that run."


def about(results: Results) -> str:
    facts = results.facts
    packages = ", ".join(f"{name} {version}" for name, version in facts["packages"].items())
    changed = " and changes" if facts["changed"] else ""
    before = f" What that run did not measure: {facts['before']}." if "before" in facts else ""
    return (
        f"{facts['date']}, commit {facts['commit']}{changed}, {facts['minutes']} min, load before it"
        f" {facts['load_before']}. {facts['processor']}, {facts['cores']} cores, {facts['memory_gib']} GiB, Python"
        f" {facts['python']}, SQLite {facts['sqlite']}, {packages}. Seed {results.seed}.{before}"
    )


if __name__ == "__main__":
    sys.exit(main())
