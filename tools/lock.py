"""Locks requirements/*.in into *.txt: every hash, every platform, no index named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--universal",
    "--python-version=3.11",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
)


def lock(name: str) -> None:
    """Keeps the versions already locked where they still fit; delete the .txt to start afresh."""
    files = (f"requirements/{name}.in", f"--output-file=requirements/{name}.txt")
    subprocess.run([UV, "pip", "compile", *OPTIONS, *files], cwd=ROOT, check=True)


if __name__ == "__main__":
    for requirement_file in ("base", "dev", "bench"):  # each is constrained by those before
        lock(requirement_file)
