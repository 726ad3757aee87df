"""What the two engines agree on when they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from app.search.kinds import KINDS

COUNTED = 1000
NAMED_FIRST = 30
Groups = Mapping[tuple[int, ...], int]
"""Kinds that are looked at together, and how many of them."""
SOME_KINDS = tuple(kinds for size in (1, 2, 3) for kinds in combinations(KINDS, size))


class Look(NamedTuple):
    """Matches, as far as they were read."""

    rids: list[int]
    whole: tuple[int, ...]
    """Kinds all of whose matches are in `rids`."""
    counts: Sequence[int]
    """Of each kind, up to 1,001."""


def starting(kinds: Sequence[int], value: str) -> str:
    """Names that begin with a key, with 1: a common word has too many matches to meet them by chance."""
    part = (
        "SELECT 1 AS begins, rid FROM (SELECT rid FROM search_document WHERE kind = {kind} AND name_key >= {value}"
        " AND name_key < {value} ORDER BY name_key LIMIT {most}) AS starting_{kind}"
    )
    most = NAMED_FIRST // len(kinds)
    return " UNION ALL ".join(part.format(kind=kind, value=value, most=most) for kind in kinds)
