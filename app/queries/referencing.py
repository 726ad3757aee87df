"""Where each CPTS stands, computed from facts: three statements whatever the number of CPTS."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.dossiers import DossierStatus, SheetState
from app.domain.referencing import Milestone, stuck_at
from app.domain.sheets.catalogue import SheetKind
from app.models import (
    Dossier,
    DossierBox,
    DossierSheet,
    Establishment,
    Mandate,
    Unit,
    UnitCommune,
    effective,
    in_office,
)
from app.models.establishment import CPTS_CATEGORY
from app.policies.actor import Role

CONTACT = ("phone", "street", "postcode", "city")


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """Of the open dossier, else of the last one published."""

    id: uuid.UUID
    status: DossierStatus
    moved_at: datetime
    units: int = 0
    waiting: int = 0
    """Sheets that are not finalised."""
    contact: bool = False
    zone: bool = False
    """What it proposes, for those two."""
    next_sheet: uuid.UUID | None = None
    """The first one that is not finalised."""

    @property
    def finalised(self) -> bool:
        """Whole, and nothing left to finalise; once sent, it was."""
        return self.status is not DossierStatus.DRAFT or (self.units > 0 and self.waiting == 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """`described`: a published unit has a zone. `last_move`: the latest of the facts; None when there is none."""

    finess: str
    name: str
    city: str | None
    departement: str
    phone: str | None
    email: str | None
    presided: bool
    referred: bool
    """A référent is in office."""
    contact: bool
    described: bool
    verified_at: datetime | None
    last_move: datetime | None
    dossier: DossierFacts | None

    @property
    def zone(self) -> bool:
        return self.described or (self.dossier is not None and self.dossier.zone)

    @property
    def published(self) -> bool:
        return self.described or self._in(DossierStatus.PUBLISHED)

    @property
    def sent(self) -> bool:
        return self.published or self._in(DossierStatus.TO_REVIEW)

    @property
    def finalised(self) -> bool:
        return self.published or (self.dossier is not None and self.dossier.finalised)

    @property
    def done(self) -> tuple[bool, ...]:
        """In the order of MILESTONES."""
        return (self.presided, self.contact, self.zone, self.finalised, self.sent, self.published)

    @property
    def stuck(self) -> Milestone | None:
        return stuck_at(self.done)

    @property
    def open_dossier(self) -> DossierFacts | None:
        return self.dossier if self.dossier is not None and self.dossier.status.is_open else None

    def _in(self, status: DossierStatus) -> bool:
        return self.dossier is not None and self.dossier.status is status


def progress_of(which: sa.ColumnElement[bool]) -> list[Progress]:
    """Of the open CPTS that `which` keeps, by name."""
    establishments = db.session().execute(_facts(which)).all()
    dossiers = _dossiers([row.finess for row in establishments])
    return [_progress(row, dossiers.get(row.finess)) for row in establishments]


def next_page(progress: Progress) -> str:
    """Path of the page where the CPTS does what is next: the address of a mail and of « Par où commencer »."""
    milestone = progress.stuck
    if milestone is None:
        return f"/etablissements/{progress.finess}"
    if milestone.number == 1:
        return f"/demandes/presidence?finess={progress.finess}"
    if milestone.number == 2:
        return f"/etablissements/{progress.finess}/encadres/coordonnees"
    dossier = progress.open_dossier
    if dossier is None:
        return f"/dossiers/nouveau?finess={progress.finess}"
    return f"/dossiers/{dossier.id}{'/valider' if dossier.status is DossierStatus.TO_APPROVE else ''}"


# ── steps ───────────────────────────────────────────────────────────────────


def _facts(which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    here = Mandate.establishment_finess == Establishment.finess
    presides = sa.and_(here, Mandate.role == Role.PRESIDENT.value, in_office(Mandate))
    presided = sa.exists().where(presides).correlate(Establishment)
    since = sa.select(sa.func.min(Mandate.started_at)).where(presides).correlate(Establishment).scalar_subquery()
    refers = sa.and_(here, Mandate.role == Role.REFERENT.value, effective(Mandate))
    left = sa.select(sa.func.max(Mandate.ended_at)).where(here, Mandate.role == Role.PRESIDENT.value)
    zone = sa.exists().where(
        UnitCommune.unit_id == Unit.id, Unit.establishment_finess == Establishment.finess, Unit.closed_on.is_(None)
    )
    columns = [getattr(Establishment, name) for name in CONTACT]
    return (
        sa.select(
            Establishment.finess,
            Establishment.name,
            Establishment.departement,
            Establishment.email,
            Establishment.verified_at,
            *columns,
            presided.label("presided"),
            sa.exists().where(refers).correlate(Establishment).label("referred"),
            since.label("since"),
            left.correlate(Establishment).scalar_subquery().label("left"),
            zone.correlate(Establishment).label("described"),
        )
        .where(Establishment.category_code == CPTS_CATEGORY, Establishment.closed_on.is_(None), which)
        .order_by(Establishment.name, Establishment.finess)
    )


def _progress(row: Any, dossier: DossierFacts | None) -> Progress:
    moves = [row.since if row.presided else row.left, row.verified_at, dossier.moved_at if dossier else None]
    return Progress(
        finess=row.finess,
        name=row.name,
        city=row.city,
        departement=row.departement,
        phone=row.phone,
        email=row.email,
        presided=row.presided,
        referred=row.referred,
        contact=all(getattr(row, name) for name in CONTACT) or (dossier is not None and dossier.contact),
        described=row.described,
        verified_at=row.verified_at,
        last_move=max((at for at in moves if at), default=None),
        dossier=dossier,
    )


def _dossiers(finess: Sequence[str]) -> dict[str, DossierFacts]:
    """The dossier that counts for each; what it proposes is read while it is open only: two statements."""
    found: dict[str, DossierFacts] = {}
    for row in db.session().execute(_counted(finess)):
        status = DossierStatus(row.status)
        known = found.get(row.finess)
        if known is None or not known.status.is_open:
            moved_at = max(at for at in (row.updated_at, row.submitted_at, row.approved_at, row.typed_at) if at)
            found[row.finess] = DossierFacts(
                row.id, status, moved_at, row.units or 0, row.waiting or 0, next_sheet=row.next_sheet
            )
    proposed = _proposed([facts.id for facts in found.values() if facts.status.is_open])
    for place, facts in found.items():
        contact, zone = proposed.get(facts.id, (False, False))
        found[place] = replace(facts, contact=contact, zone=zone)
    return found


def _counted(finess: Sequence[str]) -> sa.Select[Any]:
    """Every dossier that was not given up, the oldest first, with its sheets counted."""
    typed = (
        sa.select(sa.func.max(DossierBox.updated_at))
        .join(DossierSheet, DossierSheet.id == DossierBox.sheet_id)
        .where(DossierSheet.dossier_id == Dossier.id)
        .correlate(Dossier)
        .scalar_subquery()
    )
    following = (
        sa.select(DossierSheet.id)
        .where(DossierSheet.dossier_id == Dossier.id, DossierSheet.state != SheetState.FINAL.value)
        .order_by(DossierSheet.position)
        .limit(1)
        .correlate(Dossier)
        .scalar_subquery()
    )
    sheets = (
        sa.select(
            DossierSheet.dossier_id,
            sa.func.count().filter(DossierSheet.kind == SheetKind.UO.value).label("units"),
            sa.func.count().filter(DossierSheet.state != SheetState.FINAL.value).label("waiting"),
        )
        .group_by(DossierSheet.dossier_id)
        .subquery()
    )
    return (
        sa.select(
            Dossier.establishment_finess.label("finess"),
            Dossier.id,
            Dossier.status,
            Dossier.updated_at,
            Dossier.submitted_at,
            Dossier.approved_at,
            typed.label("typed_at"),
            following.label("next_sheet"),
            sheets.c.units,
            sheets.c.waiting,
        )
        .outerjoin(sheets, sheets.c.dossier_id == Dossier.id)
        .where(Dossier.establishment_finess.in_(finess), Dossier.status != DossierStatus.CANCELLED.value)
        .order_by(Dossier.created_at)
    )


def _proposed(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[bool, bool]]:
    """Dossier → whether it gives the coordinates, whether a unit has communes."""
    found: dict[uuid.UUID, tuple[bool, bool]] = {}
    rows = db.session().execute(
        sa.select(DossierSheet.dossier_id, DossierBox.box, DossierBox.values)
        .join(DossierSheet, DossierSheet.id == DossierBox.sheet_id)
        .where(DossierSheet.dossier_id.in_(ids), DossierBox.box.in_(["coordonnees", "zone"]))
    )
    for id_, box, values in rows:
        contact, zone = found.get(id_, (False, False))
        if box == "zone":
            found[id_] = (contact, zone or bool(values.get("communes")))
        else:
            found[id_] = (all(values.get(name) for name in CONTACT), zone)
    return found
