"""Long lists in parts that a statement can name; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def chunks(values: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """In their order; none when there is none."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
