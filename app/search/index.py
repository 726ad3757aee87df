"""Writes the index, in the transaction of whoever changed what it holds: found at the next keystroke, or not at all.

Every writer takes the version row first: it tells readers (ETag) that something changed, and it queues writers, so that
two of them never wait for each other's documents. Import in one go, index last.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, delete, insert, select, text, update
from sqlalchemy.orm import Session

from app.models import (
    Affiliation,
    Commune,
    CommunePostcode,
    Establishment,
    FormerCommune,
    Unit,
    attached,
)
from app.models.establishment import CPTS_CATEGORY
from app.search import documents
from app.search.cards import Document
from app.search.documents import ESTABLISHMENT, PROFESSIONAL, UNIT
from app.search.engine import engine_of
from app.search.frequent import rebuild_common
from app.search.kinds import rank_id
from app.search.normalise import normalise, words
from app.search.tables import deletion, document, place, version, word, zone
from app.search.typo import can_be_misspelt, deletions

BATCH = 500
Item = TypeVar("Item")
Builder = Callable[[Connection, Sequence[Any]], Iterator[Document]]
Watch = Callable[[Iterable[Any], str, int], Iterable[Any]]
STAGES = {
    ESTABLISHMENT: "Recherche : établissements",
    UNIT: "Recherche : unités",
    PROFESSIONAL: "Recherche : professionnels",
}
BUILDERS: dict[int, Builder] = {
    ESTABLISHMENT: documents.establishments,
    UNIT: documents.units,
    PROFESSIONAL: documents.professionals,
}


def index_establishment(session: Session, finess: str) -> None:
    """Brings an establishment and its units up to date in the index; a closed one leaves it."""
    index_establishments(session, [finess])


def index_establishments(session: Session, finess: Iterable[str]) -> None:
    """The same for many, in batches: for imports, at the end of their transaction."""
    connection = _begin(session)
    for batch in _batches(finess):
        _replace(connection, ESTABLISHMENT, batch)
        of_them = select(Unit.id).where(Unit.establishment_finess.in_(batch)).order_by(Unit.id)
        _replace(connection, UNIT, connection.execute(of_them).scalars().all())


def index_unit(session: Session, unit_id: int) -> None:
    """Brings a unit up to date, and its establishment, whose line shows units and zone."""
    connection = _begin(session)
    owner = connection.execute(select(Unit.establishment_finess).where(Unit.id == unit_id)).scalars().all()
    _replace(connection, ESTABLISHMENT, owner)
    _replace(connection, UNIT, [unit_id])


def index_professional(session: Session, person_id: uuid.UUID) -> None:
    """After an affiliation began or ended, or the person's choice to be listed changed."""
    index_professionals(session, [person_id])


def index_professionals(session: Session, person_ids: Iterable[uuid.UUID]) -> None:
    connection = _begin(session)
    for batch in _batches(person_ids):
        _replace(connection, PROFESSIONAL, batch)


def index_communes(session: Session) -> None:
    """Writes the names of communes again: own, former, post codes, arrondissements."""
    connection = _begin(session)
    connection.execute(delete(place))
    for batch in _batches(_place_rows(connection)):
        connection.execute(insert(place), batch)


def remove(session: Session, kind: int, ref: str) -> None:
    _erase(_begin(session), kind, [ref])


def rebuild(session: Session, watch: Watch = lambda items, _doing, _total: items) -> list[int]:
    """Writes the whole index again, in rank order; readers keep the former one until the commit. Counts by kind.

    `watch`: passes items through, told what is done with them and how many there are.
    """
    connection = _begin(session)
    engine = engine_of(connection)
    engine.start_anew(connection)
    for table in (zone, word, deletion):
        connection.execute(delete(table))
    index_communes(session)
    known: set[str] = set()
    counts = [_rebuild_kind(connection, kind, known, watch) for kind in BUILDERS]
    last = (partial(_learn_anew, known=known), engine.index_anew, rebuild_common, engine.take_over)
    for step in watch(last, "Recherche : mise en ordre", len(last)):
        step(connection)
    return counts


def _rebuild_kind(connection: Connection, kind: int, known: set[str], watch: Watch) -> int:
    """`known`: the words of the documents, completed here."""
    count, engine = 0, engine_of(connection)
    everything = connection.execute(_all_of(kind)).scalars().all()
    if kind == PROFESSIONAL:
        everything = sorted(everything, key=lambda person: rank_id(PROFESSIONAL, 0, person.int))
    for batch in _batches(watch(everything, STAGES[kind], len(everything))):
        built = sorted(BUILDERS[kind](connection, batch), key=lambda row: row["rid"])
        engine.fill(connection, zone, _zones_of(built))
        engine.add_anew(connection, built)
        known.update(found for row in built for found in row["all_words"].split())
        count += len(built)
    return count


def _learn_anew(connection: Connection, known: set[str]) -> None:
    engine, words = engine_of(connection), sorted(filter(str.isalpha, known))
    engine.fill(connection, word, ((one,) for one in words))
    corrected = filter(can_be_misspelt, words)
    engine.fill(connection, deletion, ((part, one) for one in corrected for part in sorted(deletions(one))))


def _zones_of(rows: Sequence[Document]) -> list[tuple[str, int]]:
    """Taken out of the documents: they are rows of their own."""
    return [(insee, row["rid"]) for row in rows for insee in row.pop("insees")]


def _all_of(kind: int) -> Select[*tuple[Any, ...]]:
    """Every row of a kind, units and establishments by static rank (CPTS first; then the largest communes)."""
    if kind == UNIT:
        others_last = Establishment.category_code != CPTS_CATEGORY
        return (
            select(Unit.id)
            .join(Establishment, Establishment.finess == Unit.establishment_finess)
            .order_by(others_last, Unit.id)
        )
    if kind == PROFESSIONAL:
        return select(Affiliation.person_id).where(attached(Affiliation)).distinct()
    return (
        select(Establishment.finess)
        .outerjoin(Commune, Commune.insee == Establishment.commune_insee)
        .order_by(Establishment.category_code != CPTS_CATEGORY, Commune.population.desc().nulls_last())
    )


def _begin(session: Session) -> Connection:
    """Flushes what the use case changed, then takes the version row."""
    session.flush()
    connection = session.connection()
    connection.execute(update(version).values(version=version.c.version + 1))
    return connection


def _replace(connection: Connection, kind: int, refs: Sequence[Any]) -> None:
    if refs:
        _erase(connection, kind, [str(ref) for ref in refs])
        _add(connection, list(BUILDERS[kind](connection, refs)))


def _erase(connection: Connection, kind: int, refs: Sequence[str]) -> None:
    statement = select(document.c.rid, document.c.name_words, document.c.all_words)
    found = connection.execute(statement.where(document.c.kind == kind, document.c.ref.in_(refs))).mappings()
    rows = [{str(name): value for name, value in row.items()} for row in found]
    if rows:
        connection.execute(delete(zone).where(zone.c.rid.in_([row["rid"] for row in rows])))
        engine_of(connection).erase(connection, rows)


def _add(connection: Connection, rows: Sequence[Document]) -> None:
    if not rows:
        return
    zones = [{"insee": insee, "rid": rid} for insee, rid in _zones_of(rows)]
    engine_of(connection).add(connection, rows)
    if zones:
        connection.execute(insert(zone), zones)
    _learn(connection, {found for row in rows for found in row["all_words"].split()})


def _learn(connection: Connection, found: set[str]) -> None:
    """Adds words to the vocabulary of the corrector. Words are never forgotten before the next rebuild."""
    for batch in _batches(sorted(filter(str.isalpha, found))):
        held = set(connection.execute(select(word.c.word).where(word.c.word.in_(batch))).scalars())
        new = [{"word": one} for one in batch if one not in held]
        if new:
            connection.execute(text("INSERT INTO search_word (word) VALUES (:word) ON CONFLICT DO NOTHING"), new)
            _learn_deletions(connection, [one["word"] for one in new if can_be_misspelt(one["word"])])


def _learn_deletions(connection: Connection, new: Sequence[str]) -> None:
    cut = [{"deletion": part, "word": one} for one in new for part in sorted(deletions(one))]
    if cut:
        statement = "INSERT INTO search_deletion (deletion, word) VALUES (:deletion, :word) ON CONFLICT DO NOTHING"
        connection.execute(text(statement), cut)


_CEASED = (
    select(Commune.name, FormerCommune.insee)
    .join(FormerCommune, FormerCommune.current_insee == Commune.insee)
    .where(FormerCommune.insee.in_(select(Commune.insee).where(Commune.ceased_at.is_not(None))))
)
"""A zone may still name a commune that was merged: who asks for the one of today finds it too."""


def _place_rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """Each way to name a commune, once."""
    population: dict[str, int] = {}
    children: dict[str, list[str]] = {}
    seen: set[tuple[str, str, str]] = set()
    spellings: list[tuple[str, str]] = []
    statement = select(Commune.insee, Commune.name, Commune.population, Commune.parent_insee).order_by(Commune.insee)
    for insee, name, people, parent in connection.execute(statement):
        population[insee] = people or 0
        spellings.append((name, insee))
        if parent:
            children.setdefault(parent, []).append(insee)
            spellings.append((name.removesuffix(" Arrondissement"), insee))
            spellings.append((name.removesuffix(" Arrondissement"), parent))
    for parent, arrondissements in children.items():
        name = next((name for name, insee in spellings if insee == parent), "")
        spellings.extend((name, insee) for insee in arrondissements)
    for others in (
        select(FormerCommune.name, FormerCommune.current_insee),
        select(CommunePostcode.postcode, CommunePostcode.insee),
    ):
        spellings.extend((name, insee) for name, insee in connection.execute(others))
    spellings.extend((name, insee) for name, insee in connection.execute(_CEASED))
    for name, insee in spellings:
        row = (" ".join(words(name)), normalise(name), insee)
        if row not in seen:
            seen.add(row)
            yield {"key": row[0], "full": row[1], "insee": insee, "population": population.get(insee, 0)}


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        yield batch
