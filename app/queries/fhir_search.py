"""What a FHIR search finds, page by page, and what changed since: rows of `publication`, then neutral documents.

Pages are cut by key, never by number: whatever is published, changed or withdrawn meanwhile, no row comes twice and
none is jumped over. A page is one statement; the total, asked once, travels in its links.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.fhir_parameters import TYPE_OF, Include, ResourceType
from app.domain.fhir_search import CURSOR, TRUNCATED_AT, Cursor, Search, Sort
from app.domain.fhir_values import BadSearch
from app.domain.published import Document, Kind, Meta
from app.models import Publication, PublicationMark, UnitCommune
from app.models.base import UtcDateTime
from app.queries.fhir_conditions import condition, refers
from app.queries.published import last_change, metas_of, read_documents

MOST_INCLUDED = 1_000
"""Resources that one page may bring along."""
CHUNK = 500
TICK = timedelta(microseconds=1)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = {
    Sort.ID: (Publication.kind, Publication.key),
    Sort.OLDEST: (Publication.updated_at, Publication.kind, Publication.key),
    Sort.NEWEST: (Publication.updated_at, Publication.kind, Publication.key),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A publication: what it is of, its version, and since when it is not served any more."""

    kind: Kind
    key: str
    meta: Meta
    gone_at: datetime | None

    @property
    def resource(self) -> ResourceType:
        return TYPE_OF[self.kind]


@dataclass(frozen=True, slots=True)
class Found:
    rows: list[Row]
    total: int | None
    next: Cursor | None
    truncated: bool = False
    """There is more than a search may give."""


def find(search: Search) -> Found:
    """Raises BadSearch when the cursor is not one of this search."""
    kinds, clauses = search.resource.kinds, [condition(search.resource, one) for one in search.criteria]
    served = [Publication.gone_at.is_(None), *clauses]
    if search.counts_only:
        return Found([], _count(kinds, served), None)
    cursor = search.cursor
    seen = cursor.seen if cursor else 0
    room = max(0, min(search.count, TRUNCATED_AT - seen))
    after = [_after(search.sort, cursor.position)] if cursor else []
    rows, more = _page(kinds, [*served, *after], search.sort, room)
    most = None if search.exact_total else TRUNCATED_AT
    total = _total(kinds, served, most, rows, more, cursor) if search.wants_total else None
    full = more and seen + room >= TRUNCATED_AT
    follows = Cursor(_position(search.sort, rows[-1]), seen + len(rows), total) if more and not full else None
    return Found(rows, total, follows, truncated=full)


Clauses = Sequence[sa.ColumnElement[bool]]
Kinds = Collection[Kind]


def _total(
    kinds: Kinds, clauses: Clauses, most: int | None, rows: Sequence[Row], more: bool, cursor: Cursor | None
) -> int | None:
    """Of all the pages: counted when the first one does not hold them all, then told by its links. None beyond `most`:
    counting a country takes longer than reading it."""
    if cursor:
        return cursor.total
    if not more:
        return len(rows)
    found = _count(kinds, clauses, most)
    return found if most is None or found <= most else None


def _count(kinds: Kinds, clauses: Clauses, most: int | None = None) -> int:
    """Up to one more than `most`."""
    counted = sa.select(sa.literal(1)).select_from(Publication).where(*_of_kinds(kinds), *clauses)
    counted = counted.limit(most + 1) if most is not None else counted
    return db.session().scalars(sa.select(sa.func.count()).select_from(counted.subquery())).one()


def _of_kinds(kinds: Kinds) -> Clauses:
    """All of them are no condition."""
    return [] if set(kinds) == set(Kind) else [Publication.kind.in_([kind.value for kind in kinds])]


def _page(kinds: Kinds, clauses: Clauses, sort: Sort, room: int) -> tuple[list[Row], bool]:
    """One row more is asked for, to know whether a page follows. Each kind is read in the order of its own index."""
    if 1 < len(kinds) < len(Kind):
        each = [_ordered(_ROW.where(Publication.kind == kind.value, *clauses), sort, room).subquery() for kind in kinds]
        whole = sa.union_all(*(sa.select(one) for one in each)).subquery()
        columns = [whole.c[column.key] for column in _ORDER[sort]]
        statement = sa.select(whole).order_by(*_directed(columns, sort)).limit(room + 1)
    else:
        statement = _ordered(_ROW.where(*_of_kinds(kinds), *clauses), sort, room)
    found = db.session().execute(statement).all()
    return [_row(one) for one in found[:room]], len(found) > room


def _ordered(statement: sa.Select[*tuple[Any, ...]], sort: Sort, room: int) -> sa.Select[*tuple[Any, ...]]:
    return statement.order_by(*_directed(_ORDER[sort], sort)).limit(room + 1)


def _directed(columns: Sequence[Any], sort: Sort) -> list[Any]:
    return [column.desc() if sort is Sort.NEWEST else column for column in columns]


_ROW = sa.select(
    Publication.kind,
    Publication.key,
    Publication.version,
    Publication.created_at,
    Publication.updated_at,
    Publication.gone_at,
)


def _row(held: Any) -> Row:
    kind, key, version, created_at, updated_at, gone_at = held
    return Row(_KINDS[kind], key, Meta(version, created_at, updated_at), gone_at)


_KINDS = {kind.value: kind for kind in Kind}


def _position(sort: Sort, row: Row) -> tuple[str, ...]:
    at = () if sort is Sort.ID else (row.meta.updated_at.isoformat(),)
    return (*at, row.kind.value, row.key)


def _after(sort: Sort, position: Sequence[str]) -> sa.ColumnElement[bool]:
    columns = sa.tuple_(*_ORDER[sort])
    if len(position) != len(_ORDER[sort]):
        raise BadSearch("Ce lien de page est celui d’une autre recherche.", CURSOR)
    *at, kind, key = position
    here = sa.tuple_(*(sa.literal(_moment(one), UtcDateTime) for one in at), kind, key)
    return columns < here if sort is Sort.NEWEST else columns > here


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadSearch("Ce lien de page n’est pas un lien de ce serveur.", CURSOR) from None


# ── one, and what goes with it ──────────────────────────────────────────────


def row_of(resource: ResourceType, key: str) -> Row | None:
    """Served or gone; None when nothing of that name was ever published."""
    kinds = [kind.value for kind in resource.kinds]
    held = _ROW.where(Publication.kind.in_(kinds), Publication.key == key)
    found = db.session().execute(held.order_by(Publication.gone_at.is_not(None), Publication.kind)).first()
    return _row(found) if found else None


def nothing_waits() -> bool:
    """What is published is what its versions say: no change is yet to be numbered."""
    waiting = sa.select(PublicationMark.id).where(PublicationMark.failed_at.is_(None)).limit(1)
    return db.session().scalar(waiting) is None


def documents(rows: Sequence[Row]) -> list[Document]:
    """Of these rows, in their order: what is served at this moment."""
    metas: dict[Kind, dict[str, Meta]] = {}
    for row in rows:
        if row.gone_at is None:
            metas.setdefault(row.kind, {})[row.key] = row.meta
    return _in_order([(row.kind, row.key) for row in rows if row.gone_at is None], metas)


def read(keys: Collection[tuple[Kind, str]]) -> list[Document]:
    """What is published of these: neither what was withdrawn a moment ago nor what no batch has numbered yet."""
    return _in_order(keys, metas_of(keys))


def _in_order(keys: Collection[tuple[Kind, str]], metas: Mapping[Kind, Mapping[str, Meta]]) -> list[Document]:
    found = {kind: read_documents(kind, list(known), metas=known) for kind, known in metas.items()}
    told = [found[kind].get(key) for kind, key in keys if key in metas[kind]]
    return [one for one in told if one is not None]


def referring(include: Include, ids: Collection[str], *, room: int) -> tuple[list[tuple[Kind, str]], bool]:
    """What leads to one of these by that reference; whether there is more than `room`."""
    if not ids:
        return [], False
    clauses = [Publication.gone_at.is_(None), refers(include.source, include.parameter, ids)]
    rows, more = _page(include.source.kinds, clauses, Sort.ID, room)
    return [(row.kind, row.key) for row in rows], more


@dataclass(frozen=True, slots=True)
class Example:
    """An offer that is served, its establishment, a commune of its zone."""

    unit: str
    finess: str
    insee: str


def example() -> Example | None:
    held = sa.and_(Publication.kind == Kind.UNIT.value, Publication.gone_at.is_(None))
    first = sa.select(Publication.key, Publication.establishment_finess, UnitCommune.insee).where(held)
    first = first.join(UnitCommune, sa.cast(UnitCommune.unit_id, sa.String) == Publication.key)
    found = db.session().execute(first.order_by(Publication.key, UnitCommune.insee).limit(1)).first()
    return Example(found[0], found[1] or "", found[2]) if found else None


# ── what changed ────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on, up to the batch of `until` included: a later batch is for the next reading."""

    since: datetime
    until: datetime

    @property
    def next(self) -> datetime:
        """The next `_since`: neither loses a change nor tells one again, since `_since` includes its moment."""
        return max(self.since, self.until + TICK)


def window(since: datetime | None, cursor: Cursor | None = None) -> Window:
    """The pages of a reading share the window of its first one."""
    if cursor is None:
        return Window(since or EVER, last_change())
    if not cursor.position:
        raise BadSearch("Ce lien de page est celui d’une autre recherche.", CURSOR)
    return Window(since or EVER, _moment(cursor.position[0]))


def changes(kinds: Collection[Kind], held: Window, count: int, cursor: Cursor | None, key: str | None = None) -> Found:
    """The last version of each, newest first; tombstones are rows as others."""
    clauses = [Publication.updated_at >= held.since, Publication.updated_at <= held.until]
    if key is not None:
        clauses.append(Publication.key == key)
    after = [_after(Sort.NEWEST, cursor.position[1:])] if cursor else []
    rows, more = _page(kinds, [*clauses, *after], Sort.NEWEST, count)
    total = _total(kinds, clauses, TRUNCATED_AT, rows, more, cursor)
    if not more:
        return Found(rows, total, None)
    seen = (cursor.seen if cursor else 0) + len(rows)
    position = (held.until.isoformat(), *_position(Sort.NEWEST, rows[-1]))
    return Found(rows, total, Cursor(position, seen, total))


# ── everything ──────────────────────────────────────────────────────────────


def stream(resource: ResourceType, since: datetime | None) -> Iterator[list[Document]]:
    """All that is served, chunk after chunk: memory does not grow with what there is."""
    for kind in resource.kinds:
        for rows in _chunks(kind, Publication.gone_at.is_(None), since):
            yield documents(rows)


def stream_gone(resource: ResourceType, since: datetime) -> Iterator[list[Row]]:
    for kind in resource.kinds:
        yield from _chunks(kind, Publication.gone_at.is_not(None), since)


def _chunks(kind: Kind, clause: sa.ColumnElement[bool], since: datetime | None) -> Iterator[list[Row]]:
    last, changed = "", [Publication.updated_at >= since] if since else []
    while True:
        rows, more = _page((kind,), [clause, Publication.key > last, *changed], Sort.ID, CHUNK)
        if rows:
            yield rows
        if not more:
            return
        last = rows[-1].key
