"""Runs the benchmarks of bench/ (each bench_*.py) one after the other: their tables on standard output.

Words after it go to each: `python tools/bench.py --scale small`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    codes = []
    for path in sorted((ROOT / "bench").glob("bench_*.py")):
        command = [sys.executable, "-m", f"bench.{path.stem}", *sys.argv[1:]]
        print(f"── {path.stem} ──", flush=True)
        codes.append(subprocess.run(command, cwd=ROOT, check=False).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
