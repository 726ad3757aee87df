"""Answers a question: which documents, how many of each kind. Reads only; the same on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.reader import Asked, Reader, query
from app.search.documents import KIND_NAMES
from app.search.engine import engine_of
from app.search.expression import Expression
from app.search.kinds import KINDS, by_kind, divide, kind_of
from app.search.looking import COUNTED, Groups
from app.search.names import VERSION, names_of
from app.search.places import Places, asked_first, find_in_address, find_places
from app.search.postgresql import SAMPLED_FROM, SURE
from app.search.question import Question
from app.search.ranking import Ranking, Terms
from app.search.reading import as_typed, close_spellings, places_spelt_like
from app.search.vocabulary import Common, known_asked, read_known

FIRST_OF_EACH = 20
POOL = 60
"""Candidates put in order at once: beyond, pages follow pools in the order of the index."""

IDENTIFIED = query("SELECT rid FROM search_document WHERE ref = ? OR other_id = ? ORDER BY rid")
SHOWN = query("SELECT rid, ref, updated_on, card FROM search_document WHERE rid = ANY(?)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of results."""

    rid: int
    type: str
    id: str
    updated_on: date
    card: Mapping[str, Any]


ReadRows = Callable[[Reader, Sequence[int]], list[Any]]
"""Display rows in the order of the ids: `rows`, or what somebody has ready for them (with rid, type and id as well)."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What the words of a question find, as far as it was read."""

    counts: tuple[int, ...] = (0, 0, 0)
    read: Sequence[int] = ()
    """The first documents of all kinds, in the order of the index."""
    whole: Mapping[int, list[int]] = field(default_factory=dict)
    """By kind: every document."""
    first: Mapping[int, list[int]] = field(default_factory=dict)
    """By kind: the first ones of so many that reading the index is to be avoided."""


@dataclass(frozen=True)
class Answer:
    """What a question finds, before any page of it is read."""

    question: Question
    terms: Terms
    expression: Expression | None = None
    """None when the documents are known already: a number, the commune of an address."""
    places: Places = field(default_factory=Places)
    extras: Sequence[int] = ()
    """Documents found by something else than their words."""
    counts: tuple[int, ...] = (0, 0, 0)
    close: bool = False
    """Nothing answers as typed: these are close spellings."""
    by_address: bool = False
    matches: Matches = field(default_factory=Matches)

    @property
    def total(self) -> int:
        return sum(self.counts)

    def count(self, kinds: Sequence[int]) -> int:
        return sum(map(self.counts.__getitem__, kinds))


def _foreseen(reader: Reader, question: Question) -> list[Asked]:
    """What is read of any question that is not a number."""
    if reader.dialect == "sqlite":  # foresees nothing
        return []
    text, known = " ".join(question.place_words), known_asked(question.expression, reader.dialect)
    return [*([asked_first(text)] if text else []), *([known] if known else [])]


def data_version(reader: Reader) -> int:
    """Changes with each write of the index."""
    return int(reader.once(VERSION))


def answer(reader: Reader, question: Question, widened: Iterable[str] = ()) -> Answer:
    """Finds as typed; with close spellings when that gives nothing; a `widened` answer holds the plain one."""
    if question.empty:
        return Answer(question, Terms(()))
    if question.identifier:
        return _identified(reader, question)
    miss = "mots" in widened
    reader.foresee(*_foreseen(reader, question))
    places = find_places(reader, question)
    if "orthographe" not in widened:
        plain = _counted(reader, question, as_typed(question, one_may_miss=False), places)
        if plain.total and miss:
            return _counted(reader, question, as_typed(question, one_may_miss=True), places)
        if plain.total:
            return plain
    terms = close_spellings(reader, question, one_may_miss=miss)
    if not places.holders:
        spelt = places_spelt_like(reader, terms)
        communes = {**places.communes, **spelt.communes}
        places = replace(places, insees=places.insees or spelt.insees, named=spelt.named, communes=communes)
    close = _counted(reader, question, terms.narrow, places, close="orthographe" not in widened)
    if not close.total and terms.narrow != terms:
        close = _counted(reader, question, terms, places, close="orthographe" not in widened)
    if close.total and (not widened or places.holders):
        return close
    by_address = _by_address(reader, question, close)
    if close.total and by_address.by_address:  # what the plain answer may have given stays
        return _counted(reader, question, terms, by_address.places, close=close.close)
    return by_address


def best(reader: Reader, found: Answer, kinds: Sequence[int], *, start: int, size: int) -> list[int]:
    """The ids of a page, in order of relevance. Within a pool of 60 the order is exact; pools follow the index."""
    pool = start // POOL
    candidates = candidates_of(reader, found, kinds, (pool + 1) * POOL)[pool * POOL :]
    ranking = Ranking(found.terms, found.question.key, found.places)
    return ranking.sort(names_of(reader, candidates))[start - pool * POOL :][:size]


def best_of_each(reader: Reader, found: Answer, sizes: Sequence[int]) -> dict[int, list[int]]:
    """By kind, without the empty ones: the ids of the best, from the lists that a page of that kind begins with."""
    ranking = Ranking(found.terms, found.question.key, found.places)
    kinds = tuple(kind for kind in KINDS if found.counts[kind])
    divided = by_kind(_of_each(reader, found, kinds))
    of_kind = {kind: divided[kind] for kind in kinds}
    for kind, rids in of_kind.items():  # the words may be elsewhere than in names
        if found.expression and len(rids) < min(sizes[kind], found.counts[kind]):
            more = engine_of(reader).find(reader, "words", found.expression, (kind,), POOL)
            of_kind[kind] = list(dict.fromkeys((*rids, *more)))[:POOL]
    names_of(reader, [rid for rids in of_kind.values() for rid in rids])
    return {kind: ranking.sort(names_of(reader, rids))[: sizes[kind]] for kind, rids in of_kind.items()}


def _of_each(reader: Reader, found: Answer, kinds: tuple[int, ...]) -> Iterable[int]:
    matches = found.matches
    if found.expression is None or matches.whole.keys() >= set(kinds):
        return dict.fromkeys((*found.extras, *(rid for rids in matches.whole.values() for rid in rids)))
    asked: Groups = {(kind,): 0 if kind in matches.first else FIRST_OF_EACH for kind in kinds}
    named = _read_named(reader, found, asked)
    listed = (rid for rids in matches.first.values() for rid in rids[:FIRST_OF_EACH])
    return dict.fromkeys((*found.extras, *named, *listed))


def candidates_of(reader: Reader, found: Answer, kinds: Sequence[int], most: int) -> list[int]:
    """Documents of these kinds that answer, each once: the surest first, no more than needed."""
    gathered = dict.fromkeys(rid for rid in found.extras if kind_of(rid) in kinds)
    matches = found.matches
    if found.expression is not None:
        if found.count(kinds) > POOL:
            gathered.update(dict.fromkeys(_named(reader, found, tuple(kinds), most)))
        if len(gathered) < most:
            if all(kind in matches.whole for kind in kinds):
                gathered.update(dict.fromkeys(rid for kind in kinds for rid in matches.whole[kind]))
            elif tuple(kinds) == KINDS and len(matches.read) >= most:
                gathered.update(dict.fromkeys(matches.read))
            else:
                gathered.update(dict.fromkeys(engine_of(reader).find(reader, "words", found.expression, kinds, most)))
    return list(gathered)[:most]


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
    extras = reader.column(IDENTIFIED, question.identifier, question.identifier)
    return Answer(question, Terms(()), extras=extras, counts=_sizes(extras))


def _counted(reader: Reader, question: Question, terms: Terms, places: Places, *, close: bool = False) -> Answer:
    """Counts by kind: what the words find, plus what only a zone finds."""
    expression, common = read_known(reader, terms.expression)
    matches = _matches(reader, question.key, expression, common) if expression else Matches()
    held = places.holders
    by_zone = _sizes(set(held) - _already(reader, expression, matches, held)) if held else (0, 0, 0)
    counts = tuple(count + more for count, more in zip(matches.counts, by_zone, strict=True))
    return Answer(question, terms, expression, places, held, counts, close, matches=matches)


def _matches(reader: Reader, key: str, expression: Expression, common: Common) -> Matches:
    """Few documents are read at once, and counted; of many, each kind is counted up to 1,001."""
    engine = engine_of(reader)
    first: dict[int, list[int]] = {}
    for kind, hits in common.least.items():
        if common.alone:
            first[kind] = common.first(kind)
        elif hits >= SAMPLED_FROM and len(sample := engine.sample(reader, expression, kind)) == SURE:
            first[kind] = sample
    if not first:
        look = engine.look(reader, key, expression)
        divided = divide(look.rids)
        whole = {kind: divided[kind] for kind in look.whole}
        return Matches(tuple(look.counts), look.rids, whole)
    counts = dict.fromkeys(first, COUNTED + 1)
    if others := [kind for kind in KINDS if kind not in first]:
        counts.update(zip(others, engine.counts(reader, expression, others), strict=True))
    return Matches(tuple(counts[kind] for kind in KINDS), first=first)


def _already(reader: Reader, expression: Expression | None, matches: Matches, held: Sequence[int]) -> set[int]:
    """Which of the documents found by their zone the words find as well; it matters where a count is exact."""
    found = {rid for rids in matches.whole.values() for rid in rids}
    open_to_doubt = (kind for kind in KINDS if kind not in matches.whole and 0 < matches.counts[kind] <= COUNTED)
    doubtful = [rid for rid in held if kind_of(rid) in set(open_to_doubt)]
    if doubtful and expression is not None:
        found |= engine_of(reader).matching(reader, expression, doubtful)
    return found


def _by_address(reader: Reader, question: Question, nothing: Answer) -> Answer:
    places = find_in_address(reader, question)
    if not places.named:
        return nothing
    counts = _sizes(places.named)
    return Answer(question, Terms(()), None, places, places.holders, counts, by_address=True)


def _named(reader: Reader, found: Answer, kinds: tuple[int, ...], most: int) -> Iterable[int]:
    """Documents of these kinds by their names; of a common word, those of its list."""
    first = found.matches.first if most <= POOL else {}
    if not any(kind in first for kind in kinds):
        return _read_named(reader, found, {kinds: most})
    asked: Groups = {(kind,): 0 if any(kind >= other for other in first) else most for kind in kinds}
    named = by_kind(_read_named(reader, found, asked))
    return (rid for kind in kinds for rid in (*named[kind], *first.get(kind, ())))


def _read_named(reader: Reader, found: Answer, asked: Groups) -> list[int]:
    """`CPTS apt` does not ask for `apt judo`, whose name begins with what distinguishes it."""
    if found.expression is None:
        return []
    read = engine_of(reader).named_first(reader, found.question.key, found.expression, asked)
    begun = {rid for begins, rid in read if begins}
    names = names_of(reader, [rid for _begins, rid in read])  # those of the others are compared later
    strangers = {one.rid for one in names if one.rid in begun and not found.terms.hold(one)}
    return [rid for _begins, rid in read if rid not in strangers]


def _sizes(rids: Iterable[int]) -> tuple[int, ...]:
    return tuple(map(len, by_kind(rids)))
