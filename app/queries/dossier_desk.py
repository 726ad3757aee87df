"""The dossiers that the service centre reads: its queue, and the zones that a dossier would change."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import clock, db
from app.domain.dossiers import DossierStatus
from app.domain.map_frames import frame_of
from app.domain.waits import Wait, wait_since
from app.models import Commune, CommuneContour, Dossier, DossierSheet, Establishment
from app.queries.dossier_differences import Line
from app.queries.dossiers import STEPS_PART, StepTaken, steps_taken
from app.queries.places import SHAPE, Shape, shapes_within
from app.queries.together import Together
from app.queries.zone_neighbours import Server, served_by
from app.working_days import HOLIDAYS, day_of

PER_PAGE = 20


class Tab(StrEnum):
    """The value is the one of `?etat=`."""

    TO_REVIEW = "a-controler"
    IN_CPTS = "en-preparation"
    CLOSED = "termines"

    @property
    def label(self) -> str:
        return {"a-controler": "À contrôler", "en-preparation": "Chez les CPTS", "termines": "Terminés"}[self.value]

    @property
    def statuses(self) -> tuple[DossierStatus, ...]:
        return {
            Tab.TO_REVIEW: (DossierStatus.TO_REVIEW,),
            Tab.IN_CPTS: (DossierStatus.DRAFT, DossierStatus.TO_APPROVE),
            Tab.CLOSED: (DossierStatus.PUBLISHED, DossierStatus.CANCELLED),
        }[self]


@dataclass(frozen=True, slots=True)
class QueueLine:
    """`wait`: since the presidency validated it, in working days; None unless it waits for the service centre."""

    dossier: Dossier
    units: int
    wait: Wait | None

    @property
    def status(self) -> DossierStatus:
        return DossierStatus(self.dossier.status)


@dataclass(frozen=True, slots=True)
class Queue:
    tab: Tab
    counts: dict[Tab, int]
    lines: list[QueueLine]
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.counts[self.tab] // PER_PAGE))


def dossier_queue(tab: Tab, page: int = 1) -> Queue:
    """The longest wait first; those that are over, the last first. Three statements."""
    session = db.session()
    rows = session.execute(sa.select(Dossier.status, sa.func.count()).group_by(Dossier.status))
    by_status = dict(rows.all())
    counts = {each: sum(by_status.get(status.value, 0) for status in each.statuses) for each in Tab}
    page = min(max(1, page), max(1, -(-counts[tab] // PER_PAGE)))
    order = (
        Dossier.updated_at.desc() if tab is Tab.CLOSED else sa.func.coalesce(Dossier.approved_at, Dossier.updated_at)
    )
    query = sa.select(Dossier).where(Dossier.status.in_([status.value for status in tab.statuses]))
    query = query.options(joinedload(Dossier.establishment)).order_by(order, Dossier.id)
    found = list(session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)))
    units = _units(found)
    return Queue(tab, counts, [QueueLine(one, units.get(one.id, 0), wait_of(one)) for one in found], page)


@dataclass(frozen=True, slots=True)
class Next:
    """A dossier that waits for the service centre, as a link shows it."""

    id: uuid.UUID
    cpts: str
    wait: Wait | None


NEXT_ONES = 3
_BESIDE = Together(
    steps=STEPS_PART,
    waiting=sa.select(Dossier.id, Dossier.approved_at, Establishment.name.label("cpts"))
    .join(Establishment, Establishment.finess == Dossier.establishment_finess)
    .where(Dossier.status == DossierStatus.TO_REVIEW, Dossier.id != sa.bindparam("dossier_id"))
    .order_by(Dossier.approved_at, Dossier.id)
    .limit(NEXT_ONES),
)


def beside(dossier: Dossier) -> tuple[list[StepTaken], list[Next]]:
    """What happened to it, and the others that wait, the longest wait first: one statement."""
    rows = _BESIDE.read(dossier_id=dossier.id)
    waiting = [Next(row.id, row.cpts, _since(row.approved_at)) for row in rows["waiting"]]
    return steps_taken(rows["steps"]), waiting


def wait_of(dossier: Dossier) -> Wait | None:
    return _since(dossier.approved_at) if dossier.status == DossierStatus.TO_REVIEW else None


def _since(approved_at: datetime | None) -> Wait | None:
    return wait_since(day_of(approved_at), day_of(clock.now()), HOLIDAYS) if approved_at else None


@dataclass(frozen=True, slots=True)
class Zones:
    """What maps of these zones draw, and the other CPTS that serve their communes."""

    shapes: Mapping[str, Shape] = field(default_factory=dict)
    around: list[Shape] = field(default_factory=list)
    servers: Mapping[str, tuple[Server, ...]] = field(default_factory=dict)


def zones_of(lines: Iterable[Line], finess: str) -> Zones:
    """Of the zones that a dossier of this CPTS would change: three statements, however many."""
    codes = {
        insee
        for line in lines
        if line.field.key == "communes"
        for insee in (*(line.difference.published or []), *(line.difference.result or []))
    }
    if not codes:
        return Zones()
    rows = db.session().execute(
        sa.select(*SHAPE)
        .join(CommuneContour, CommuneContour.insee == Commune.insee)
        .where(Commune.insee.in_(codes))
        .order_by(Commune.name)
    )
    shapes = {row.insee: Shape(*row) for row in rows}
    around: list[Shape] = []
    if shapes:
        frame = frame_of(list(shapes.values()))
        around = shapes_within(frame.left, frame.top, frame.left + frame.width, frame.top + frame.height)
    return Zones(shapes, around, served_by(codes, but=finess))


def _units(dossiers: list[Dossier]) -> dict[object, int]:
    counted = sa.select(DossierSheet.dossier_id, sa.func.count()).where(
        DossierSheet.dossier_id.in_([one.id for one in dossiers]), DossierSheet.kind == "uo"
    )
    rows = db.session().execute(counted.group_by(DossierSheet.dossier_id))
    return dict(rows.all())
