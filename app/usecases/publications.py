"""The projector: what changed since its marks were written, as versions, dates and tombstones (migration 0017).

One at a time, whoever runs it: it holds the one row of publication_head. A mark is removed with what it led to, in one
transaction: a worker that dies in between does it again.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.chunks import chunks
from app.domain.published import (
    Document,
    Kind,
    PublishedEstablishment,
    PublishedPlace,
    PublishedRole,
    PublishedUnit,
    digest,
)
from app.domain.published_terms import codes, words
from app.models import (
    Affiliation,
    Establishment,
    LegalEntity,
    Person,
    Publication,
    PublicationHead,
    PublicationMark,
    PublicationTerm,
    Unit,
)
from app.models.base import UtcDateTime
from app.queries.participations import cpts_of_effectors
from app.queries.published import CHUNK, read_documents
from app.usecases.ledger_steps import queue_states
from app.working_days import day_of

logger = logging.getLogger(__name__)
BATCH = 2_000
SAS = "sas"
"""Marks that only concern what the SAS holds."""
TICK = timedelta(milliseconds=1)
SET_ASIDE_FOR = timedelta(minutes=10)
CLOSED_LATELY = timedelta(days=7)
"""As far back as a worker may have been away."""


def project_publications() -> int:
    """One batch; the number of marks handled, 0 also while another worker projects.

    What cannot be read is set aside alone, and told to the log; everything else goes on.
    """
    session = db.session()
    waiting = sa.or_(PublicationMark.failed_at.is_(None), PublicationMark.failed_at < clock.now() - SET_ASIDE_FOR)
    found = session.execute(
        sa.select(PublicationMark.id, PublicationMark.kind, PublicationMark.key)
        .where(waiting)
        .order_by(PublicationMark.id)
        .limit(BATCH)
    ).all()
    session.rollback()
    return _handle(found) if found else 0


def _handle(marks: Sequence[Any]) -> int:
    """In one transaction, or in halves when it fails, down to the one mark that fails alone."""
    session = db.session()
    try:
        return len(marks) if _project_marks(marks) else 0
    except (sa.exc.InterfaceError, sa.exc.OperationalError):  # of the database, not of what is read
        raise
    except Exception:
        session.rollback()
        session.expire_all()
        if len(marks) > 1:
            half = len(marks) // 2
            return _handle(marks[:half]) + _handle(marks[half:])
        ((id_, kind, key),) = marks
        logger.exception("publication of %s %s set aside for %s", kind, key, SET_ASIDE_FOR)
        aside = sa.update(PublicationMark).where(PublicationMark.id == id_)
        session.execute(aside.values(failed_at=clock.now()))
        session.commit()
        return 0


def _project_marks(marks: Sequence[Any]) -> bool:
    """False while another worker projects."""
    session = db.session()
    head = session.scalars(sa.select(PublicationHead).with_for_update(skip_locked=True)).one_or_none()
    if head is None:
        session.rollback()
        return False
    now = session.scalars(sa.select(sa.func.relais_now(type_=UtcDateTime))).one()
    batch = _Batch(max(now, head.at + TICK), marks[-1].id)
    for _, kind, key in marks:
        batch.marks.setdefault(kind, {})[key] = None
    _project(batch)
    queue_states(batch.finess)
    if batch.moved:
        head.at = batch.at
    ids = [mark.id for mark in marks]
    session.execute(sa.delete(PublicationMark).where(PublicationMark.id.in_(ids)))
    session.commit()
    session.expire_all()
    return True


def mark_everything() -> None:
    """All that could be published will be looked at again."""
    everything = (
        (Kind.ENTITY, LegalEntity.finess),
        (Kind.ESTABLISHMENT, Establishment.finess),
        (Kind.UNIT, Unit.id),
        (Kind.ROLE, Affiliation.id),
        (Kind.PERSON, Person.id),
    )
    session = db.session()
    for kind, key in everything:
        marks = sa.select(sa.literal(kind.value), sa.cast(key, sa.String(40)))
        session.execute(sa.insert(PublicationMark).from_select(["kind", "key"], marks))
    session.commit()


def mark_closed_lately() -> None:
    """Those whose closing date came, which nobody writes that day, will be looked at. For the worker, once a day."""
    today = day_of(clock.now())
    lately = Establishment.closed_on.between(today - CLOSED_LATELY, today)
    marks = sa.select(sa.literal(Kind.ESTABLISHMENT.value), Establishment.finess).where(lately)
    db.session().execute(sa.insert(PublicationMark).from_select(["kind", "key"], marks))
    db.session().commit()


@dataclass
class _Batch:
    """`marks`: kind → keys, in order; `last` of them. `finess`: where something was looked at. `at`: the date of what
    moves."""

    at: datetime
    last: int
    marks: dict[str, dict[str, None]] = field(default_factory=dict)
    finess: set[str] = field(default_factory=set)
    moved: bool = False

    def keys(self, kind: Kind) -> list[str]:
        return list(self.marks.get(kind.value, ()))

    def sees(self, kind: Kind, key: Any) -> sa.ColumnElement[bool]:
        """Those that a later batch does not look at anyway: a first load would read everything twice."""
        later = sa.exists().where(
            PublicationMark.kind == kind.value,
            PublicationMark.key == sa.cast(key, sa.String(40)),
            PublicationMark.id > self.last,
        )
        return sa.not_(later)


def _project(batch: _Batch) -> None:
    """From the top down: what depends on something that moved is looked at with it (RG_EXP_002)."""
    session = db.session()
    _compare(batch, Kind.ENTITY, batch.keys(Kind.ENTITY))
    establishments = batch.keys(Kind.ESTABLISHMENT)
    batch.finess.update(establishments, batch.marks.get(SAS, ()))
    moved = _compare(batch, Kind.ESTABLISHMENT, establishments)
    units = batch.keys(Kind.UNIT)
    for some in chunks(moved.changed, CHUNK):
        below = sa.select(Unit.id).where(Unit.establishment_finess.in_(some), batch.sees(Kind.UNIT, Unit.id))
        units += [str(id_) for id_ in session.scalars(below)]
    units = list(dict.fromkeys(units))
    for some in chunks(units, CHUNK):
        above = sa.select(Unit.establishment_finess).where(Unit.id.in_([int(key) for key in some])).distinct()
        batch.finess.update(session.scalars(above))
    unit_moves = _compare(batch, Kind.UNIT, units)
    _compare(batch, Kind.PLACE, [*(f"eg-{key}" for key in establishments), *(f"uo-{key}" for key in units)])
    people = [_plain(key) for key in batch.keys(Kind.PERSON)]
    roles = [_plain(key) for key in batch.keys(Kind.ROLE)]
    for some in chunks(people, CHUNK):
        batch.finess.update(cpts_of_effectors([uuid.UUID(key) for key in some], []))
    for some in chunks(roles, CHUNK):
        batch.finess.update(cpts_of_effectors([], [uuid.UUID(key) for key in some]))
    told = batch.sees(Kind.ROLE, Affiliation.id)
    roles += _affiliations(Affiliation.id, Affiliation.unit_id, [int(key) for key in unit_moves.appeared_or_gone], told)
    roles += _affiliations(Affiliation.id, Affiliation.person_id, [uuid.UUID(key) for key in people], told)
    role_moves = _compare(batch, Kind.ROLE, list(dict.fromkeys(roles)))
    those = [uuid.UUID(key) for key in role_moves.appeared_or_gone]
    told = batch.sees(Kind.PERSON, Affiliation.person_id)
    people += _affiliations(Affiliation.person_id, Affiliation.id, those, told)
    _compare(batch, Kind.PERSON, list(dict.fromkeys(people)))


def _affiliations(wanted: Any, column: Any, values: Sequence[Any], those: sa.ColumnElement[bool]) -> list[str]:
    """`wanted` of the affiliations whose `column` is one of `values`, of `those`."""
    found = []
    for some in chunks(values, CHUNK):
        found += [str(id_) for id_ in db.session().scalars(sa.select(wanted).where(column.in_(some), those))]
    return found


def _plain(key: str) -> str:
    """As everybody writes a uuid, whatever the engine keeps."""
    return str(uuid.UUID(key))


# ── comparing ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Moves:
    changed: list[str]
    appeared_or_gone: list[str]

    def note(self, key: str, *, whether: bool) -> None:
        """`whether`: it is about being served or not."""
        self.changed.append(key)
        if whether:
            self.appeared_or_gone.append(key)


def _compare(batch: _Batch, kind: Kind, keys: Sequence[str]) -> _Moves:
    """What is served now against what was: rows are added, moved to their next version, or become tombstones."""
    moves = _Moves([], [])
    for some in chunks(keys, CHUNK):
        _compare_some(batch, kind, some, moves)
    batch.moved = batch.moved or bool(moves.changed)
    return moves


def _compare_some(batch: _Batch, kind: Kind, keys: Sequence[str], moves: _Moves) -> None:
    session = db.session()
    documents = read_documents(kind, keys, dated=False)
    rows = sa.select(Publication).where(Publication.kind == kind.value, Publication.key.in_(keys))
    held = {row.key: row for row in session.scalars(rows.execution_options(populate_existing=True))}
    born: list[dict[str, object]] = []
    other: list[str] = []
    for key in keys:
        told, row = documents.get(key), held.get(key)
        if row is not None and row.establishment_finess:
            batch.finess.add(row.establishment_finess)
        if told is None:
            if row is not None and row.gone_at is None:
                row.version, row.updated_at, row.gone_at = row.version + 1, batch.at, batch.at
                moves.note(key, whether=True)
                other.append(key)
            continue
        says = digest(told)
        if row is None:
            born.append(_born(batch.at, kind, told, says))
            moves.note(key, whether=True)
        elif row.gone_at is not None or row.digest != says:
            moves.note(key, whether=row.gone_at is not None)
            row.version, row.updated_at, row.gone_at, row.digest = row.version + 1, batch.at, None, says
            row.establishment_finess, row.departement = _place_of(told)
            other.append(key)
    if born:
        session.execute(sa.insert(Publication), born)
    session.flush()
    _write_terms(kind, other, [*(str(one["key"]) for one in born), *other], documents)


def _write_terms(kind: Kind, old: Sequence[str], keys: Sequence[str], documents: Mapping[str, Document]) -> None:
    """What these are searched by, from what they say now. `old`: those that may have had terms."""
    session = db.session()
    if old:
        session.execute(
            sa.delete(PublicationTerm).where(PublicationTerm.kind == kind.value, PublicationTerm.key.in_(old))
        )
    rows: list[dict[str, str]] = []
    for key in keys:
        if told := documents.get(key):
            own = {"kind": kind.value, "key": key}
            rows += [{**own, "field": field, "term": db.unaccented(said), "said": said} for field, said in words(told)]
            rows += [{**own, "field": field, "term": code, "said": ""} for field, code in codes(told)]
    if rows:
        session.execute(sa.insert(PublicationTerm), rows)


def _born(at: datetime, kind: Kind, told: Document, says: str) -> dict[str, object]:
    finess, departement = _place_of(told)
    return {
        "kind": kind.value,
        "key": told.key,
        "establishment_finess": finess,
        "departement": departement,
        "version": 1,
        "created_at": at,
        "updated_at": at,
        "digest": says,
        "gone_at": None,
    }


def _place_of(told: Document) -> tuple[str | None, str | None]:
    """FINESS and département under which its changes are told."""
    match told:
        case PublishedEstablishment():
            return told.finess, told.departement
        case PublishedUnit():
            return told.establishment_finess, told.departement
        case PublishedPlace() | PublishedRole():
            return told.establishment_finess, None
        case _:
            return None, None
