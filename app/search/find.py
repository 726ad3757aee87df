"""Answers a question: results with counts and tabs, and suggestions. Reads only; the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.orm import Session

from app.search.documents import KIND_NAMES
from app.search.engine import COUNTED, KINDS, Candidate, engine_of, kind_of, rank_id
from app.search.expression import Expression
from app.search.places import Places, find_in_address, find_places
from app.search.question import Question
from app.search.ranking import Ranking, Terms
from app.search.reading import VERSION, as_typed, close_spellings, places_spelt_like
from app.search.tables import document

POOL = 200
"""Candidates put in order at once: beyond, pages follow pools in the order of the index."""
NAMED_FIRST = 50

IDENTIFIED = (
    select(document.c.rid, document.c.name_key, document.c.name_words)
    .where(or_(document.c.ref == bindparam("identifier"), document.c.other_id == bindparam("identifier")))
    .order_by(document.c.rid)
)
STARTING = (
    select(document.c.rid, document.c.name_key, document.c.name_words)
    .where(document.c.name_key >= bindparam("key"), document.c.name_key < bindparam("end"))
    .where(document.c.rid.between(bindparam("low"), bindparam("high")))
    .order_by(document.c.name_key)
    .limit(NAMED_FIRST)
)
SHOWN = select(document.c.rid, document.c.ref, document.c.updated_on, document.c.card).where(
    document.c.rid.in_(bindparam("rids", expanding=True))
)


@dataclass(frozen=True)
class Row:
    """One line of results."""

    rid: int
    type: str
    id: str
    updated_on: date
    card: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a question finds, before any page of it is read."""

    question: Question
    terms: Terms
    expression: Expression | None = None
    """None when the documents are known already: a number, the commune of an address."""
    places: Places = field(default_factory=Places)
    extras: Mapping[int, Candidate] = field(default_factory=dict)
    """Documents found by something else than their words."""
    counts: tuple[int, ...] = (0, 0, 0)
    close: bool = False
    """Nothing answers as typed: these are close spellings."""
    by_address: bool = False

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def capped(self) -> bool:
        return max(self.counts) > COUNTED

    def count(self, kinds: Sequence[int]) -> int:
        return sum(self.counts[kind] for kind in kinds)


def data_version(session: Session) -> int:
    """Changes with each write of the index."""
    return int(session.connection().execute(VERSION).scalar_one())


def answer(session: Session, question: Question, widened: Iterable[str] = ()) -> Answer:
    """Finds as typed; with close spellings when that gives nothing; a `widened` answer holds the plain one."""
    connection = session.connection()
    if question.empty:
        return Answer(question, Terms(()))
    if question.identifier:
        return _identified(connection, question)
    miss = "mots" in widened
    places = find_places(connection, question)
    if "orthographe" not in widened:
        plain = _counted(connection, question, as_typed(question, one_may_miss=False), places)
        if plain.total and miss:
            return _counted(connection, question, as_typed(question, one_may_miss=True), places)
        if plain.total:
            return plain
    terms = close_spellings(connection, question, one_may_miss=miss)
    if not places.candidates:
        spelt = places_spelt_like(connection, terms)
        places = Places(places.insees or spelt.insees, spelt.named)
    close = _counted(connection, question, terms, places, close="orthographe" not in widened)
    if close.total and (not widened or places.candidates):
        return close
    by_address = _by_address(connection, question, close)
    if close.total and by_address.by_address:  # what the plain answer may have given stays
        return _counted(connection, question, terms, by_address.places, close=close.close)
    return by_address


def page_of(session: Session, found: Answer, kinds: Sequence[int], *, start: int, size: int) -> list[Row]:
    """Results in order of relevance. Within a pool of 200 the order is exact; pools follow the index."""
    connection = session.connection()
    pool = start // POOL
    ranking = Ranking(found.terms, found.question.key, found.places)
    candidates = candidates_of(connection, found, kinds, (pool + 1) * POOL)[pool * POOL : (pool + 1) * POOL]
    chosen = ranking.sort(candidates)[start - pool * POOL :][:size]
    return rows(connection, [candidate.rid for candidate in chosen])


def candidates_of(connection: Connection, found: Answer, kinds: Sequence[int], most: int) -> list[Candidate]:
    """Documents of these kinds that answer, each once: the surest first, no more than needed."""
    gathered = {rid: candidate for rid, candidate in found.extras.items() if kind_of(rid) in kinds}
    if found.expression is None:
        return list(gathered.values())[:most]
    engine = engine_of(connection)
    if found.count(kinds) > most:
        _gather(gathered, _starting(connection, found, kinds))
        _gather(gathered, engine.candidates(connection, "names", found.expression, kinds, most))
    if len(gathered) < most:
        _gather(gathered, engine.candidates(connection, "words", found.expression, kinds, most))
    return list(gathered.values())[:most]


def _gather(gathered: dict[int, Candidate], more: Iterable[Candidate]) -> None:
    for one in more:
        gathered.setdefault(one.rid, one)


def rows(connection: Connection, rids: Sequence[int]) -> list[Row]:
    """Display rows, in the order of the ids."""
    if not rids:
        return []
    read = {row.rid: row for row in connection.execute(SHOWN, {"rids": rids})}
    found = ((rid, read[rid]) for rid in rids if rid in read)
    return [Row(rid, KIND_NAMES[kind_of(rid)], row.ref, row.updated_on, row.card) for rid, row in found]


def _identified(connection: Connection, question: Question) -> Answer:
    read = connection.execute(IDENTIFIED, {"identifier": question.identifier})
    extras = {row.rid: Candidate(row.rid, row.name_key, row.name_words) for row in read}
    return Answer(question, Terms(()), extras=extras, counts=_by_kind(extras))


def _counted(
    connection: Connection, question: Question, terms: Terms, places: Places, *, close: bool = False
) -> Answer:
    """Counts by kind: what the words find, plus what only a zone finds."""
    engine, expression, held = engine_of(connection), terms.expression, places.candidates
    counts = engine.counts(connection, expression)
    already = engine.matching(connection, expression, held) if held and any(counts) else set()
    by_zone = _by_kind(set(held) - already)
    total = tuple(count + more for count, more in zip(counts, by_zone, strict=True))
    return Answer(question, terms, expression, places, held, total, close)


def _by_address(connection: Connection, question: Question, nothing: Answer) -> Answer:
    places = find_in_address(connection, question)
    if not places.named:
        return nothing
    counts = _by_kind(places.named)
    return Answer(question, Terms(()), None, places, places.named, counts, by_address=True)


def _starting(connection: Connection, found: Answer, kinds: Sequence[int]) -> list[Candidate]:
    """Names that begin with the text: a common word has too many matches to meet them by chance."""
    limits = {"low": rank_id(kinds[0], 0, 0), "high": rank_id(kinds[-1] + 1, 0, 0) - 1}
    key = found.question.key
    read = connection.execute(STARTING, {"key": key, "end": key + "~", **limits})
    candidates = [Candidate(row.rid, row.name_key, row.name_words) for row in read]
    return [one for one in candidates if found.terms.hold(one.name_words.split())]


def _by_kind(rids: Iterable[int]) -> tuple[int, ...]:
    counts = [0] * len(KINDS)
    for rid in rids:
        counts[kind_of(rid)] += 1
    return tuple(counts)
