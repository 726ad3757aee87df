"""The sheets of a CPTS as they were: the latest revision of each box before a moment, else what preceded the next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from app import db
from app.domain.sheets.catalogue import BOXES
from app.domain.sheets.values import Values
from app.domain.sheets.visibility import is_sensitive, public_values, without_people
from app.models import Revision, RevisionBox, Unit
from app.queries.history import Concealed
from app.queries.sheets import SheetRef, read_sheets
from app.working_days import PARIS


@dataclass(frozen=True, slots=True)
class PastSheet:
    """`boxes`: all of them, as published then. `open_now`: the sheet is still there, and may be taken up again."""

    ref: SheetRef
    boxes: dict[str, Values] = field(default_factory=dict)
    open_now: bool = True

    @property
    def name(self) -> str:
        return str(self.boxes.get("offre", self.boxes.get("identite", {})).get("name") or "")


def end_of(day: date) -> datetime:
    """The first instant after that day in Paris."""
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def sheets_at(finess: str, until: datetime) -> list[PastSheet]:
    """Of the establishment and of its units that were there just before `until`: at most ten statements.

    Nothing of a sheet that did not exist yet.
    """
    refs = _refs(finess, until)
    now = read_sheets([ref for ref, _ in refs])
    keys = [ref.key for ref, _ in refs]
    earlier = {(row.sheet, row.box): row.after for row in _nearest(keys, Revision.at < until, newest=True)}
    later = {(row.sheet, row.box): row.before for row in _nearest(keys, Revision.at >= until, newest=False)}
    unborn = {sheet for (sheet, _), before in later.items() if before is None} - {sheet for sheet, _ in earlier}
    return [
        PastSheet(
            ref,
            {box.key: _state(box.key, ref.key, earlier, later, now[ref][box.key]) for box in BOXES[ref.kind]},
            open_now,
        )
        for ref, open_now in refs
        if ref.key not in unborn
    ]


def public_past(sheets: Sequence[PastSheet], concealed: Concealed, restricted: Collection[str]) -> list[PastSheet]:
    """What the public sees of them: by the levels of that day, and never what is restricted today; nobody is named."""
    return [
        PastSheet(
            sheet.ref,
            {
                box: without_people(public_values(sheet.ref.kind, box, values, hidden=restricted))
                for box, values in sheet.boxes.items()
            },
            sheet.open_now,
        )
        for sheet in sheets
        if not is_sensitive(sheet.boxes) and concealed.get(sheet.ref.key, 0) is not None
    ]


def revision_before(finess: str, until: datetime, *, sheet: str = "", box: str = "") -> Revision | None:
    """The publication that made the state of that moment, of the CPTS or of one box."""
    query = sa.select(Revision).where(Revision.establishment_finess == finess, Revision.at < until)
    if box:
        held = sa.exists().where(
            RevisionBox.revision_id == Revision.id, RevisionBox.sheet == sheet, RevisionBox.box == box
        )
        query = query.where(held)
    return db.session().scalars(query.order_by(Revision.number.desc()).limit(1)).one_or_none()


def revision_numbered(finess: str, number: int) -> Revision | None:
    query = sa.select(Revision).where(Revision.establishment_finess == finess, Revision.number == number)
    return db.session().scalars(query).one_or_none()


def _refs(finess: str, until: datetime) -> list[tuple[SheetRef, bool]]:
    """The establishment, then its units: those open, and those that were closed since."""
    closed = sa.or_(Unit.closed_on.is_(None), Unit.closed_on >= until.astimezone(PARIS).date())
    units = sa.select(Unit.id, Unit.closed_on).where(Unit.establishment_finess == finess, closed).order_by(Unit.id)
    rows = db.session().execute(units)
    return [(SheetRef(finess), True), *((SheetRef(finess, id_), closed_on is None) for id_, closed_on in rows)]


def _nearest(keys: list[str], when: sa.ColumnElement[bool], *, newest: bool) -> list[RevisionBox]:
    """Of each box, the revision on that side of a moment that is the nearest to it: one statement."""
    order = (Revision.at.desc(), Revision.number.desc()) if newest else (Revision.at, Revision.number)
    place = sa.func.row_number().over(partition_by=(RevisionBox.sheet, RevisionBox.box), order_by=order)
    ranked = (
        sa.select(RevisionBox.revision_id, RevisionBox.sheet, RevisionBox.box, place.label("place"))
        .join(Revision, Revision.id == RevisionBox.revision_id)
        .where(RevisionBox.sheet.in_(keys), when)
        .subquery()
    )
    same = sa.and_(
        ranked.c.revision_id == RevisionBox.revision_id,
        ranked.c.sheet == RevisionBox.sheet,
        ranked.c.box == RevisionBox.box,
    )
    return list(db.session().scalars(sa.select(RevisionBox).join(ranked, same).where(ranked.c.place == 1)))


def _state(
    box: str,
    sheet: str,
    earlier: dict[tuple[str, str], Values],
    later: dict[tuple[str, str], Values | None],
    now: Values,
) -> Values:
    key = (sheet, box)
    if key in earlier:
        return earlier[key]
    return (later[key] or {}) if key in later else now
