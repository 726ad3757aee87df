"""Names of documents, as the ranking compares them; kept in this process as long as nothing was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.reader import Reader, query

VERSION = query("SELECT version FROM search_version")
NAMES = query("SELECT rid, name_key, name_words FROM search_document WHERE rid = ANY(?)")
MOST_KEPT = 30_000
"""About 12 MiB."""


class Candidate(NamedTuple):
    rid: int
    key: str
    """Words that distinguish it, each between two spaces."""
    name: str
    """Every word of its names, in the same way."""


def names_of(reader: Reader, rids: Sequence[int]) -> list[Candidate]:
    """In the order of the ids; a document that has just left the index is left out."""
    version = reader.once(VERSION)
    of_version, kept = reader.kept.get("names", (None, {}))
    if of_version != version or len(kept) > MOST_KEPT:
        kept = {}
        reader.kept["names"] = (version, kept)
    if missing := [rid for rid in rids if rid not in kept]:
        for rid, key, words in reader.rows(NAMES, missing):
            kept[rid] = Candidate(rid, f" {key} ", f" {words} ")
    return [kept[rid] for rid in rids if rid in kept]
