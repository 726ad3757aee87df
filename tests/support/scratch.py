"""Where test data lives: in memory where the machine offers it (a database copy takes 15 ms there, 300 on a disk)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 – a mount point; folders are made in it with mkdtemp
ENOUGH = 2 * 1024**3


def parent() -> str | None:
    """The in-memory file system when it is writable and roomy; None is the usual place."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return str(MEMORY) if roomy else None


@contextmanager
def folder(name: str) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix=f"relais-{name}-", dir=parent()))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
