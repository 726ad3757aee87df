"""Runs the benchmarks of bench/ one after the other: a table on standard output, bench/results.json."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    benchmarks = sorted((ROOT / "bench").glob("bench_*.py"))
    if not benchmarks:
        print("There is no benchmark yet: bench/ holds no bench_*.py. Nothing was measured.")
        return 0
    codes = [subprocess.run([sys.executable, path], cwd=ROOT, check=False).returncode for path in benchmarks]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
