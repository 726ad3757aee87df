"""What a register said last time, known again by its digest: such lines are not read twice.

A digest covers the lines as they are, the columns that the header names, and the code that reads and writes them: after
a new version of that code every line is read again, once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

APP = Path(__file__).resolve().parents[2]
READERS = ("domain", "integrations/registers", "integrations/finess", "integrations/rpps", "usecases/registers")
"""Folders whose code decides what becomes of a line."""
DIGEST_BYTES = 8


def salted(columns: object) -> bytes:
    """What the digests of a file start with. `columns`: where each column is, as a value that prints the same."""
    return hashlib.blake2b(_code() + repr(columns).encode(), digest_size=16).digest()


def digest(salt: bytes, lines: Iterable[str]) -> int:
    """64 bits, signed as databases have them."""
    made = hashlib.blake2b("".join(lines).encode(), digest_size=DIGEST_BYTES, salt=salt)
    return int.from_bytes(made.digest(), signed=True)


@cache
def _code() -> bytes:
    made = hashlib.blake2b(digest_size=16)
    for folder in READERS:
        for path in sorted((APP / folder).glob("*.py")):
            made.update(path.read_bytes())
    return made.digest()
