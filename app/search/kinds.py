"""The three kinds of documents, and the key that puts them in order: their static rank."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

KINDS = (0, 1, 2)
SPAN = 1 << 58
"""Width of a rank bucket: `rid` = (kind × 10 + bucket) × SPAN + number, so that the key order is the static rank."""
BUCKETS = 10
LONGEST_LIST = 5
"""Beginnings of one to five letters have their own list in both indexes."""
Row = Mapping[str, Any]
"""A document as it is written."""
_UNITS, _PEOPLE = BUCKETS * SPAN, 2 * BUCKETS * SPAN
"""The first possible `rid` of a unit, of a professional."""


def rank_id(kind: int, bucket: int, number: int) -> int:
    return (kind * BUCKETS + bucket) * SPAN + number % SPAN


def kind_of(rid: int) -> int:
    return rid // SPAN // BUCKETS


def by_kind(rids: Iterable[int]) -> tuple[list[int], list[int], list[int]]:
    """The ids of each kind, in their order."""
    divided: tuple[list[int], list[int], list[int]] = ([], [], [])
    for rid in rids:
        divided[0 if rid < _UNITS else 1 if rid < _PEOPLE else 2].append(rid)
    return divided


def divide(rids: list[int]) -> tuple[list[int], list[int], list[int]]:
    """The same of ids whose kinds ascend, without a look at each."""
    units, people = bisect_left(rids, _UNITS), bisect_left(rids, _PEOPLE)
    return rids[:units], rids[units:people], rids[people:]


def limits(kind: int) -> tuple[int, int]:
    """First and last possible `rid` of a kind."""
    return rank_id(kind, 0, 0), rank_id(kind + 1, 0, 0) - 1
