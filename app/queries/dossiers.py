"""Dossiers as lists and pages show them: which, how far, who did what."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app import db
from app.domain.dossiers import OPEN, DossierStatus, SheetState
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.values import Values
from app.models import LIVING, Account, Dossier, DossierBox, DossierSheet, DossierStep, Mandate, Person
from app.models.dossier_followup import DossierBoxPast, HelpTips
from app.models.office import in_office
from app.policies.actor import Actor, Role
from app.policies.permissions import Permission
from app.policies.scopes import scope
from app.queries.dossier_sheets import UNNAMED

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A sheet in the tree of the list."""

    id: uuid.UUID
    kind: SheetKind
    title: str
    state: SheetState


@dataclass(frozen=True)
class DossierLine:
    """A dossier in the list, with its sheets (S-106, S-107). `done` of them are final."""

    dossier: Dossier
    sheets: list[SheetLine] = field(default_factory=list)

    @property
    def status(self) -> DossierStatus:
        return DossierStatus(self.dossier.status)

    @property
    def done(self) -> int:
        return sum(sheet.state is SheetState.FINAL for sheet in self.sheets)


@dataclass(frozen=True)
class DossierList:
    lines: list[DossierLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


@dataclass(frozen=True, slots=True)
class StepTaken:
    """`by` None: an agent of the service centre, whose name stays in the house."""

    step: str
    at: datetime
    by: str | None
    role: str
    round: int
    comment: str | None


def dossiers_of(actor: Actor, *, open_ones: bool, page: int = 1) -> DossierList:
    """Those that the actor may read, the last changed first: three statements."""
    session = db.session()
    state = Dossier.status.in_(OPEN) if open_ones else Dossier.status.not_in(OPEN)
    mine = (scope(Permission.DOSSIER_READ, actor, Dossier), state)
    total = session.scalar(sa.select(sa.func.count()).select_from(Dossier).where(*mine)) or 0
    page = min(max(page, 1), max(1, -(-total // PER_PAGE)))
    rows = (
        sa.select(Dossier)
        .join(Dossier.establishment)
        .options(contains_eager(Dossier.establishment))
        .where(*mine)
        .order_by(Dossier.updated_at.desc(), Dossier.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    lines = {dossier.id: DossierLine(dossier) for dossier in session.scalars(rows)}
    for sheet, name in session.execute(_titles(lines)) if lines else ():
        line = lines[sheet.dossier_id]
        title = name.get("name") if sheet.kind == SheetKind.UO else line.dossier.establishment.name
        line.sheets.append(SheetLine(sheet.id, SheetKind(sheet.kind), title or UNNAMED, SheetState(sheet.state)))
    return DossierList(list(lines.values()), total, page)


def dossier_with_place(dossier_id: uuid.UUID) -> Dossier | None:
    """With its establishment: one statement."""
    return db.session().get(Dossier, dossier_id, options=[joinedload(Dossier.establishment)])


def open_dossier_of(finess: str) -> Dossier | None:
    """The one that is open, of which there is at most one (uq_dossier_open)."""
    found = sa.select(Dossier).where(Dossier.establishment_finess == finess, Dossier.status.in_(OPEN))
    return db.session().scalars(found).one_or_none()


STEPS_PART = (
    sa.select(
        DossierStep.step,
        DossierStep.at,
        Person.full_name.label("name"),
        DossierStep.role,
        DossierStep.round,
        DossierStep.comment,
    )
    .join(Account, Account.id == DossierStep.account_id)
    .join(Person, Person.id == Account.person_id)
    .where(DossierStep.dossier_id == sa.bindparam("dossier_id"))
    .order_by(DossierStep.id)
)


def steps_of(dossier: Dossier) -> list[StepTaken]:
    """What happened to it, the oldest first: one statement."""
    return steps_taken(db.session().execute(STEPS_PART, {"dossier_id": dossier.id}))


def steps_taken(rows: Iterable[Any]) -> list[StepTaken]:
    """Rows of `STEPS_PART`."""
    return [
        StepTaken(row.step, row.at, None if row.role == Role.AGENT else row.name, row.role, row.round, row.comment)
        for row in rows
    ]


def living_presidents(finess: str) -> list[Person]:
    """Who may give the first validation: in office, with an account that they can open."""
    rows = (
        sa.select(Person)
        .join(Mandate, Mandate.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Mandate.establishment_finess == finess, Mandate.role == Role.PRESIDENT, in_office(Mandate))
        .where(Account.status.in_(LIVING))
        .order_by(Mandate.started_at)
    )
    return list(db.session().scalars(rows))


def proposed_at(sheet_id: uuid.UUID, box: str, version: int) -> Values | None:
    """What the box proposed at that version, once another followed."""
    found = db.session().get(DossierBoxPast, (sheet_id, box, version))
    return found.values if found else None


def shows_tips(account_id: uuid.UUID | None) -> bool:
    """« Afficher les infobulles » (S-120): yes, unless they chose otherwise."""
    chosen = db.session().get(HelpTips, account_id) if account_id else None
    return chosen is None or chosen.shown


def _titles(ids: Sequence[uuid.UUID] | dict[uuid.UUID, Any]) -> sa.Select[Any]:
    return (
        sa.select(DossierSheet, DossierBox.values)
        .outerjoin(DossierBox, sa.and_(DossierBox.sheet_id == DossierSheet.id, DossierBox.box == "offre"))
        .where(DossierSheet.dossier_id.in_(ids))
        .order_by(DossierSheet.dossier_id, DossierSheet.position)
    )
