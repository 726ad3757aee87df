"""Answers a question: which documents, how many of each kind. Reads only; the same on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.reader import Reader, query
from app.search.common import read_common
from app.search.documents import KIND_NAMES
from app.search.engine import COUNTED, KINDS, SAMPLED_FROM, SURE, Candidate, engine_of, kind_of, limits
from app.search.expression import Expression
from app.search.places import Places, find_in_address, find_places
from app.search.question import Question
from app.search.ranking import Ranking, Terms
from app.search.reading import VERSION, as_typed, close_spellings, places_spelt_like, within_vocabulary

POOL = 100
"""Candidates put in order at once: beyond, pages follow pools in the order of the index."""
NAMED_FIRST = 50

_CANDIDATE = "SELECT rid, name_key, name_words FROM search_document"
IDENTIFIED = query(f"{_CANDIDATE} WHERE ref = ? OR other_id = ? ORDER BY rid")
STARTING = query(
    f"{_CANDIDATE} WHERE name_key >= ? AND name_key < ? AND rid BETWEEN ? AND ? ORDER BY name_key LIMIT {NAMED_FIRST}"
)
THESE = query(f"{_CANDIDATE} WHERE rid = ANY(?) ORDER BY rid")
SHOWN = query("SELECT rid, ref, updated_on, card FROM search_document WHERE rid = ANY(?)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of results."""

    rid: int
    type: str
    id: str
    updated_on: date
    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What the words of a question find, as far as it was read."""

    counts: tuple[int, ...] = (0, 0, 0)
    read: tuple[Candidate, ...] = ()
    complete: bool = False
    """`read` is all of it."""
    hot: Mapping[int, list[int]] = field(default_factory=dict)
    """By kind: the first documents of a common word, when the question is that word."""
    sampled: Mapping[int, list[Candidate]] = field(default_factory=dict)


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
    look: Look = field(default_factory=Look)

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def capped(self) -> bool:
        return max(self.counts) > COUNTED

    def count(self, kinds: Sequence[int]) -> int:
        return sum(self.counts[kind] for kind in kinds)


def data_version(reader: Reader) -> int:
    """Changes with each write of the index."""
    return int(reader.value(VERSION))


def answer(reader: Reader, question: Question, widened: Iterable[str] = ()) -> Answer:
    """Finds as typed; with close spellings when that gives nothing; a `widened` answer holds the plain one."""
    if question.empty:
        return Answer(question, Terms(()))
    if question.identifier:
        return _identified(reader, question)
    miss = "mots" in widened
    places = find_places(reader, question)
    if "orthographe" not in widened:
        plain = _counted(reader, question, as_typed(question, one_may_miss=False), places)
        if plain.total and miss:
            return _counted(reader, question, as_typed(question, one_may_miss=True), places)
        if plain.total:
            return plain
    terms = close_spellings(reader, question, one_may_miss=miss)
    if not places.candidates:
        spelt = places_spelt_like(reader, terms)
        places = replace(places, insees=places.insees or spelt.insees, named=spelt.named, communes=spelt.communes)
    close = _counted(reader, question, terms, places, close="orthographe" not in widened)
    if close.total and (not widened or places.candidates):
        return close
    by_address = _by_address(reader, question, close)
    if close.total and by_address.by_address:  # what the plain answer may have given stays
        return _counted(reader, question, terms, by_address.places, close=close.close)
    return by_address


def page_of(reader: Reader, found: Answer, kinds: Sequence[int], *, start: int, size: int) -> list[Row]:
    """Results in order of relevance. Within a pool of 100 the order is exact; pools follow the index."""
    return rows(reader, best(reader, found, kinds, start=start, size=size))


def best(reader: Reader, found: Answer, kinds: Sequence[int], *, start: int, size: int) -> list[int]:
    """The ids of such a page."""
    pool = start // POOL
    candidates = candidates_of(reader, found, kinds, (pool + 1) * POOL)[pool * POOL : (pool + 1) * POOL]
    ranking = Ranking(found.terms, found.question.key, found.places)
    return [candidate.rid for candidate in ranking.sort(candidates)[start - pool * POOL :][:size]]


def candidates_of(reader: Reader, found: Answer, kinds: Sequence[int], most: int) -> list[Candidate]:
    """Documents of these kinds that answer, each once: the surest first, no more than needed."""
    gathered = {rid: candidate for rid, candidate in found.extras.items() if kind_of(rid) in kinds}
    if found.expression is None:
        return list(gathered.values())[:most]
    if found.look.complete:
        _gather(gathered, (one for one in found.look.read if kind_of(one.rid) in kinds))
        return list(gathered.values())[:most]
    if found.count(kinds) > most:
        _gather(gathered, _starting(reader, found, kinds))
        lists = _named(reader, found, kinds, most)
        while len(gathered) < most and (named := next(lists, None)) is not None:
            _gather(gathered, named)
    if len(gathered) < most:
        _gather(gathered, engine_of(reader).candidates(reader, "words", found.expression, kinds, most))
    return list(gathered.values())[:most]


def _gather(gathered: dict[int, Candidate], more: Iterable[Candidate]) -> None:
    for one in more:
        gathered.setdefault(one.rid, one)


def rows(reader: Reader, rids: Sequence[int]) -> list[Row]:
    """Display rows, in the order of the ids."""
    if not rids:
        return []
    read = {row[0]: row for row in reader.rows(SHOWN, list(rids))}
    return [_row(*read[rid]) for rid in rids if rid in read]


def _row(rid: int, ref: str, updated_on: date | str, card: Any) -> Row:
    """SQLite gives dates and JSON as text."""
    day = date.fromisoformat(updated_on) if isinstance(updated_on, str) else updated_on
    told = json.loads(card) if isinstance(card, str) else card
    return Row(rid, KIND_NAMES[kind_of(rid)], ref, day, told)


def _identified(reader: Reader, question: Question) -> Answer:
    found = map(Candidate._make, reader.rows(IDENTIFIED, question.identifier, question.identifier))
    extras = {one.rid: one for one in found}
    return Answer(question, Terms(()), extras=extras, counts=_by_kind(extras))


def _counted(reader: Reader, question: Question, terms: Terms, places: Places, *, close: bool = False) -> Answer:
    """Counts by kind: what the words find, plus what only a zone finds."""
    expression = within_vocabulary(reader, terms.expression)
    look = _look(reader, expression) if expression else Look(complete=True)
    held = places.candidates
    by_zone = _by_kind(set(held) - _already(reader, expression, look, held))
    counts = tuple(count + more for count, more in zip(look.counts, by_zone, strict=True))
    return Answer(question, terms, expression, places, held, counts, close, look=look)


def _look(reader: Reader, expression: Expression) -> Look:
    """Few documents are read at once, and counted; for many, each kind is counted up to 1,001."""
    engine = engine_of(reader)
    common = read_common(reader, expression)
    hot = {kind: common.first(kind) for kind in common.kinds if common.is_all}
    sampled = {}
    for kind in KINDS:
        if kind not in hot and common.hits(kind) >= SAMPLED_FROM:
            sample = engine.sample(reader, expression, kind)
            if sample is not None and len(sample) >= SURE:
                sampled[kind] = sample
    if not hot and not sampled:
        read = engine.candidates(reader, "words", expression, KINDS, POOL + 1)
        if len(read) <= POOL:
            return Look(_by_kind(one.rid for one in read), tuple(read), complete=True)
    light = [kind for kind in KINDS if kind not in hot and kind not in sampled]
    counted = dict(zip(light, engine.counts(reader, expression, light), strict=True)) if light else {}
    return Look(tuple(counted.get(kind, COUNTED + 1) for kind in KINDS), hot=hot, sampled=sampled)


def _already(reader: Reader, expression: Expression | None, look: Look, held: Mapping[int, Candidate]) -> set[int]:
    """Which of the documents found by their zone the words find as well; it matters where a count is exact."""
    if look.complete or not held or expression is None:
        return {one.rid for one in look.read}
    exact = [rid for rid in held if 0 < look.counts[kind_of(rid)] <= COUNTED]
    return engine_of(reader).matching(reader, expression, exact) if exact else set()


def _by_address(reader: Reader, question: Question, nothing: Answer) -> Answer:
    places = find_in_address(reader, question)
    if not places.named:
        return nothing
    counts = _by_kind(places.named)
    return Answer(question, Terms(()), None, places, places.named, counts, by_address=True)


def _starting(reader: Reader, found: Answer, kinds: Sequence[int]) -> list[Candidate]:
    """Names that begin with the text: a common word has too many matches to meet them by chance."""
    key = found.question.key
    read = reader.rows(STARTING, key, key + "~", limits(kinds[0])[0], limits(kinds[-1])[1])
    return [one for one in map(Candidate._make, read) if found.terms.hold(one.name_words)]


def _named(reader: Reader, found: Answer, kinds: Sequence[int], most: int) -> Iterator[list[Candidate]]:
    """Documents of these kinds by their names, read one list after the other as they are asked for."""
    look, engine = found.look, engine_of(reader)
    if found.expression is None:
        return
    if not look.hot and not look.sampled:
        yield engine.candidates(reader, "names", found.expression, kinds, most)
        return
    for kind in kinds:
        if kind in look.hot and most <= POOL:
            yield list(map(Candidate._make, reader.rows(THESE, look.hot[kind])))
        elif kind in look.sampled:
            yield look.sampled[kind]
        else:
            yield engine.candidates(reader, "names", found.expression, (kind,), most)


def _by_kind(rids: Iterable[int]) -> tuple[int, ...]:
    counts = [0] * len(KINDS)
    for rid in rids:
        counts[kind_of(rid)] += 1
    return tuple(counts)
