"""How the typed words are read: as they are, or with close spellings when nothing answers as typed (or on demand)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from app.reader import Reader, query
from app.search.expression import All, Expression, Word
from app.search.names import VERSION
from app.search.normalise import GENERIC, STOP_WORDS
from app.search.places import Places, named_places
from app.search.question import Question
from app.search.ranking import Term, Terms
from app.search.typo import can_be_misspelt, deletions, distant_neighbours, neighbours, one_edit

SHORTEST_BEGINNING = 3
SHORTEST_PART = 2
MOST_SPELLINGS = 64
ELIDED = ("d", "l")

KNOWN = query(
    "SELECT 0, word FROM search_word WHERE word = ANY(?) UNION ALL "
    'SELECT 1, "key" FROM search_place WHERE "key" = ANY(?) UNION ALL '
    "SELECT 2, word FROM search_deletion WHERE deletion = ANY(?)"
)
INITIAL = query("SELECT word FROM search_word WHERE word >= ? AND word < ?")


def as_typed(question: Question, *, one_may_miss: bool = False) -> Terms:
    return Terms(tuple(Term(one.text, (one,)) for one in question.terms), one_may_miss)


def close_spellings(reader: Reader, question: Question, *, one_may_miss: bool = False) -> Terms:
    """Each word also as a beginning, cut in two, without its elided article, or one or two edits away.

    A word without any close one stays required: it is never silently dropped. Only a short number, and a short word
    that is a misspelt stop word (`CPTS di Littoral`), may be missing.
    """
    known = _known(reader, question)
    terms = tuple(_term(reader, one, known, alone=len(question.terms) == 1) for one in question.terms)
    if all(term.optional or term.word == GENERIC for term in terms):
        terms = tuple(replace(term, optional=False) for term in terms)
    return Terms(terms, one_may_miss)


def places_spelt_like(reader: Reader, terms: Terms) -> Places:
    """Communes whose name is one of the close spellings, and what holds them."""
    spellings = (
        [part.text for part in term.readings if isinstance(part, Word)] for term in terms.terms if term.word != GENERIC
    )
    keys = [" ".join(words) for words in islice(product(*spellings), MOST_SPELLINGS)]
    return named_places(reader, list(filter(None, keys)))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows about the words of one question."""

    words: frozenset[str]
    communes: frozenset[str]
    cut: frozenset[str]


def _known(reader: Reader, question: Question) -> _Known:
    typed = question.words
    pieces = {piece for one in typed for pair in _cuts(one) for piece in pair} | {one[1:] for one in typed}
    shortened = {part for one in typed if can_be_misspelt(one) for part in deletions(one)}
    found: tuple[set[str], set[str], set[str]] = (set(), set(), set())
    for which, one in reader.rows(KNOWN, [*typed, *pieces], list(typed), list(shortened)):
        found[which].add(one)
    return _Known(*map(frozenset, found))


def _term(reader: Reader, typed: Word, known: _Known, *, alone: bool) -> Term:
    one = typed.text
    readings: list[Expression] = [typed]
    if one.isdigit():
        return Term(one, (typed,), optional=len(one) < SHORTEST_BEGINNING and not alone)
    if len(one) >= SHORTEST_BEGINNING and not typed.prefix:
        readings.append(Word(one, prefix=True))
    readings.extend(
        All((Word(left), Word(right, typed.prefix)))
        for left, right in _cuts(one)
        if left in known.words and (right in known.words or (typed.prefix and len(right) >= SHORTEST_BEGINNING))
    )
    if one[0] in ELIDED and one[1:] in known.words:  # "dapt", "lubaye": the apostrophe was forgotten
        readings.append(Word(one[1:]))
    if one not in known.communes:  # the name of a commune is right as typed, wherever it lies
        readings.extend(map(Word, _spelt_like(reader, one, known)))
    slip = len(one) <= SHORTEST_BEGINNING and one not in known.words and one_edit(one, STOP_WORDS)
    return Term(one, tuple(readings), optional=slip and not alone, known=one in known.words)


def _spelt_like(reader: Reader, one: str, known: _Known) -> Sequence[str]:
    if not can_be_misspelt(one):
        return ()
    near = neighbours(one, known.cut)
    if near or one in known.words:
        return near
    return distant_neighbours(one, _vocabulary(reader, one[0]))


def _cuts(one: str) -> Iterable[tuple[str, str]]:
    """Ways to cut a word in two, for a forgotten space."""
    if not one.isalpha() or len(one) > MOST_SPELLINGS:
        return ()
    return ((one[:at], one[at:]) for at in range(SHORTEST_BEGINNING, len(one) - SHORTEST_PART + 1))


def _vocabulary(reader: Reader, initial: str) -> list[str]:
    """Words by first letter, kept in this process: reading them takes as long as ten searches."""
    version = reader.once(VERSION)
    of_version, kept = reader.kept.get("vocabulary", (None, {}))
    if of_version != version:
        kept = {}
        reader.kept["vocabulary"] = (version, kept)
    if initial not in kept:
        kept[initial] = list(filter(can_be_misspelt, reader.column(INITIAL, initial, initial + "~")))
    words: list[str] = kept[initial]
    return words
