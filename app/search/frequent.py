"""Words and beginnings that very many documents hold: a search for one of them reads its first documents from a list.

The lists are as of the last rebuild. What was published since is found by its other words, by the beginning of its
name, and by this word alone as soon as the words index is asked (any page but the first five).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import Connection, delete, select

from app.search.engine import KINDS, engine_of, kind_of
from app.search.tables import common

COMMON_FROM = 1_500
"""Documents of a kind from which a word has a list: well above what is counted exactly."""
LISTED = 60
CHUNK = 5_000


@lru_cache(maxsize=50_000)
def _tokens_of(word: str) -> tuple[str, ...]:
    """The word and all its beginnings."""
    return word, *(f"^{word[:size]}" for size in range(1, len(word) + 1))


def _tokens(words: str) -> set[str]:
    return set().union(*map(_tokens_of, words.split()))


def rebuild_common(connection: Connection) -> None:
    """Two readings of all documents, before they take over: which words are common, then the first documents of each,
    names first."""
    connection.execute(delete(common))
    hits: list[Counter[str]] = [Counter() for _ in KINDS]
    for rid, _names, everything in _documents(connection):
        hits[kind_of(rid)].update(_tokens(everything))
    wanted = [{token: count for token, count in of.items() if count >= COMMON_FROM} for of in hits]
    if not any(wanted):
        return
    first: list[dict[str, tuple[list[int], list[int]]]] = [{token: ([], []) for token in of} for of in wanted]
    sought = [set(of) for of in wanted]
    for rid, names, everything in _documents(connection):
        kind, named = kind_of(rid), _tokens(names)
        for token in sought[kind] & _tokens(everything):
            held = first[kind][token][token not in named]
            if len(held) < LISTED:
                held.append(rid)
            elif token in named:
                sought[kind].remove(token)
    found = (
        (token, kind, count, json.dumps([*first[kind][token][0], *first[kind][token][1]][:LISTED]))
        for kind in KINDS
        for token, count in wanted[kind].items()
    )
    engine_of(connection).fill(connection, common, found)


def _documents(connection: Connection) -> Iterator[tuple[int, str, str]]:
    """In the order of their static rank, a chunk at a time."""
    last, document = -1, engine_of(connection).anew.c
    statement = select(document.rid, document.name_words, document.all_words).order_by(document.rid).limit(CHUNK)
    while read := connection.execute(statement.where(document.rid > last)).all():
        yield from ((rid, names, everything) for rid, names, everything in read)
        last = read[-1].rid
