"""What changed lately in what is published of the CPTS of a département: six statements, whatever there is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from app import db
from app.domain.published import Kind
from app.models import Establishment, Publication, Revision, RevisionBox, Unit
from app.models.establishment import CPTS_CATEGORY

LATEST = 60
TOLD = (Kind.ESTABLISHMENT.value, Kind.UNIT.value)


@dataclass(frozen=True, slots=True)
class Told:
    """A sheet that changed. `boxes`: of the last revision of it, when the public may know what it was about."""

    sheet: str
    name: str
    version: int
    gone: bool
    revised_at: datetime | None = None
    boxes: tuple[RevisionBox, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenChange:
    """What changed in a CPTS at that moment: the CPTS itself, units of it."""

    finess: str
    name: str
    at: datetime
    served: bool
    """The CPTS is published now."""
    sheets: list[Told] = field(default_factory=list)


def changes(departement: str) -> list[OpenChange]:
    """The newest first."""
    rows = (
        db.session()
        .execute(
            sa.select(Publication, Establishment.finess, Establishment.name)
            .join(Establishment, Establishment.finess == Publication.establishment_finess)
            .where(Publication.departement == departement, Publication.kind.in_(TOLD))
            .where(Establishment.category_code == CPTS_CATEGORY)
            .order_by(Publication.updated_at.desc(), Publication.kind, Publication.key)
            .limit(LATEST)
        )
        .all()
    )
    served = _served({finess for _, finess, _ in rows})
    there = [row for row, *_ in rows if row.gone_at is None]
    units = _units([int(row.key) for row in there if row.kind == Kind.UNIT.value])
    revised = _revised([f"{row.kind}-{row.key}" for row in there])
    found: dict[tuple[str, datetime], OpenChange] = {}
    for row, finess, name in rows:
        made = OpenChange(finess, name, row.updated_at, served=finess in served)
        change = found.setdefault((finess, row.updated_at), made)
        change.sheets.append(_told(row, units, revised))
    return list(found.values())


def _told(
    row: Publication, units: dict[str, str], revised: dict[str, tuple[datetime, tuple[RevisionBox, ...]]]
) -> Told:
    """A revision later than what is published is not told yet."""
    sheet = f"{row.kind}-{row.key}"
    at, boxes = revised.get(sheet, (None, ()))
    if at is None or at > row.updated_at:
        at, boxes = None, ()
    return Told(sheet, units.get(sheet, ""), row.version, row.gone_at is not None, at, boxes)


def _served(codes: Collection[str]) -> set[str]:
    held = sa.select(Publication.key).where(
        Publication.kind == Kind.ESTABLISHMENT.value, Publication.key.in_(codes), Publication.gone_at.is_(None)
    )
    return set(db.session().scalars(held))


def _units(ids: Collection[int]) -> dict[str, str]:
    """Names of units that everybody sees, by sheet."""
    rows = sa.select(Unit.id, Unit.name).where(Unit.id.in_(ids), Unit.sensitive.is_(False))
    return {f"uo-{id_}": name for id_, name in db.session().execute(rows)}


def _revised(sheets: Collection[str]) -> dict[str, tuple[datetime, tuple[RevisionBox, ...]]]:
    """The last revision of each sheet, but of units that were sensitive once: what closed something closed its past."""
    session = db.session()
    last = (
        sa.select(RevisionBox.sheet, sa.func.max(Revision.at).label("at"))
        .join(Revision, Revision.id == RevisionBox.revision_id)
        .where(RevisionBox.sheet.in_(sheets))
        .group_by(RevisionBox.sheet)
        .subquery()
    )
    rows = session.execute(
        sa.select(RevisionBox, Revision.at)
        .join(Revision, Revision.id == RevisionBox.revision_id)
        .join(last, sa.and_(last.c.sheet == RevisionBox.sheet, last.c.at == Revision.at))
        .order_by(RevisionBox.sheet, RevisionBox.box)
    )
    offers = sa.select(RevisionBox.sheet, RevisionBox.before, RevisionBox.after).where(
        RevisionBox.sheet.in_(sheets), RevisionBox.box == "offre"
    )
    closed = {
        sheet
        for sheet, before, after in session.execute(offers)
        if after.get("sensitive") or (before or {}).get("sensitive")
    }
    found: dict[str, tuple[datetime, tuple[RevisionBox, ...]]] = {}
    for box, at in rows:
        if box.sheet not in closed:
            found[box.sheet] = (at, (*found.get(box.sheet, (at, ()))[1], box))
    return found
