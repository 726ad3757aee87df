"""Moves in the répertoire: what a move would change, before it is made, and those that were."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import db
from app.domain.requests import PENDING
from app.models import (
    Account,
    Affiliation,
    Dossier,
    DossierSheet,
    Establishment,
    LegalEntity,
    Person,
    Request,
    StructureMove,
    Unit,
    UnitCommune,
)
from app.queries.establishments import Officer, officers
from app.queries.text_match import matching

PER_PAGE = 30
MOST_CHOICES = 20
OPEN_DOSSIER = ("draft", "to_approve", "to_review")


@dataclass(frozen=True)
class Hold:
    """What keeps a unit where it is: nobody's attachment, request or work may change hands unseen."""

    attached: int
    pending: int
    dossiers: int

    def __bool__(self) -> bool:
        return bool(self.attached or self.pending or self.dossiers)


@dataclass(frozen=True)
class UnitImpact:
    """Of a unit that would go from an establishment to another."""

    origin: Establishment
    destination: Establishment
    hold: Hold
    past: int
    """Attachments that ended: they stay facts of the establishment they were in."""
    communes: int
    leaves: int
    """Communes that the establishment left would no longer cover."""
    gains: int
    last_unit: bool
    losing: list[Officer] = field(default_factory=list)
    gaining: list[Officer] = field(default_factory=list)


@dataclass(frozen=True)
class EntityImpact:
    """Of an establishment that would go under another legal entity: nobody's rights hang on it."""

    origin: LegalEntity | None
    destination: LegalEntity
    siblings: int
    """Other open establishments that the entity left keeps."""
    joins: int


def hold_of(unit_id: int) -> Hold:
    """One statement."""
    attached = sa.select(sa.func.count()).where(Affiliation.unit_id == unit_id, Affiliation.ended_at.is_(None))
    pending = sa.select(sa.func.count()).where(Request.unit_id == unit_id, Request.status.in_(PENDING))
    dossiers = (
        sa.select(sa.func.count())
        .select_from(DossierSheet)
        .join(Dossier, Dossier.id == DossierSheet.dossier_id)
        .where(DossierSheet.unit_id == unit_id, Dossier.status.in_(OPEN_DOSSIER))
    )
    counted = sa.select(attached.scalar_subquery(), pending.scalar_subquery(), dossiers.scalar_subquery())
    return Hold(*db.session().execute(counted).one())


def unit_impact(unit: Unit, destination: Establishment) -> UnitImpact:
    session, origin = db.session(), unit.establishment
    past = sa.select(sa.func.count()).where(Affiliation.unit_id == unit.id, Affiliation.ended_at.is_not(None))
    siblings = sa.select(sa.func.count()).where(
        Unit.establishment_finess == origin.finess, Unit.closed_on.is_(None), Unit.id != unit.id
    )
    mine = set(session.scalars(sa.select(UnitCommune.insee).where(UnitCommune.unit_id == unit.id)))
    return UnitImpact(
        origin=origin,
        destination=destination,
        hold=hold_of(unit.id),
        past=session.scalar(past) or 0,
        communes=len(mine),
        leaves=len(mine - _covered(origin.finess, without=unit.id)),
        gains=len(mine - _covered(destination.finess, without=unit.id)),
        last_unit=not session.scalar(siblings),
        losing=officers(origin.finess),
        gaining=officers(destination.finess),
    )


def entity_impact(establishment: Establishment, destination: LegalEntity) -> EntityImpact:
    def held(finess: str | None) -> int:
        of_them = sa.select(sa.func.count()).where(
            Establishment.legal_entity_finess == finess,
            Establishment.closed_on.is_(None),
            Establishment.finess != establishment.finess,
        )
        return db.session().scalar(of_them) or 0 if finess else 0

    return EntityImpact(
        establishment.legal_entity, destination, held(establishment.legal_entity_finess), held(destination.finess)
    )


def _covered(finess: str, *, without: int) -> set[str]:
    zone = sa.select(UnitCommune.insee).join(Unit, Unit.id == UnitCommune.unit_id)
    zone = zone.where(Unit.establishment_finess == finess, Unit.closed_on.is_(None), Unit.id != without)
    return set(db.session().scalars(zone))


# ── history ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class MoveLine:
    """`last`: nothing moved it since, so that it may be undone."""

    move: StructureMove
    name: str
    origin: str | None
    destination: str | None
    by: str | None
    last: bool


def moves(page: int) -> tuple[list[MoveLine], int]:
    """The latest first, a page of them, and how many pages: five statements."""
    session = db.session()
    pages = max(1, -(-(session.scalar(sa.select(sa.func.count()).select_from(StructureMove)) or 0) // PER_PAGE))
    ordered = _with_structures().order_by(StructureMove.at.desc(), StructureMove.id)
    found = session.scalars(ordered.limit(PER_PAGE).offset((min(page, pages) - 1) * PER_PAGE)).all()
    return lines_of(found), pages


def lines_of(found: Sequence[StructureMove]) -> list[MoveLine]:
    session = db.session()
    numbers = {number for move in found for number in (move.origin, move.destination) if number}
    names = dict(
        session.execute(
            sa.select(Establishment.finess, Establishment.name)
            .where(Establishment.finess.in_(numbers))
            .union_all(sa.select(LegalEntity.finess, LegalEntity.name).where(LegalEntity.finess.in_(numbers)))
        ).all()
    )
    people = _people(move.moved_by_account_id for move in found)
    return [
        MoveLine(
            move,
            (move.unit or move.establishment).name,  # type: ignore[union-attr]  # ck_structure_move_one_structure
            names.get(move.origin or ""),
            names.get(move.destination),
            people.get(move.moved_by_account_id),
            move.undone_at is None and stands(move),
        )
        for move in found
    ]


def move_of(move_id: uuid.UUID) -> StructureMove | None:
    return db.session().scalar(_with_structures().where(StructureMove.id == move_id))


def stands(move: StructureMove) -> bool:
    """The structure is still where that move put it."""
    if move.unit is not None:
        return move.unit.establishment_finess == move.destination
    return move.establishment is not None and move.establishment.legal_entity_finess == move.destination


def _with_structures() -> sa.Select[StructureMove]:
    together = (joinedload(StructureMove.unit), joinedload(StructureMove.establishment))
    return sa.select(StructureMove).options(*together)


def _people(account_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = sa.select(Account.id, Person).join(Person, Person.id == Account.person_id)
    found = db.session().execute(rows.where(Account.id.in_(set(account_ids))))
    return {id_: person.full_name for id_, person in found}


def entities_named(text: str) -> Sequence[LegalEntity]:
    """A few legal entities whose name holds these words."""
    named = sa.select(LegalEntity).where(matching(text, LegalEntity.name))
    return db.session().scalars(named.order_by(LegalEntity.name, LegalEntity.finess).limit(MOST_CHOICES)).all()
