"""What an import changes of what a CPTS publishes is a revision too, one a CPTS and command (source `import`).

What was there before comes with the rows that the import compares anyway: an import that changes nothing asks nothing
more of the database, and writes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import Values, canonical, changes, is_blank
from app.models import Revision, RevisionBox, SheetBox, Unit, UnitCommune
from app.queries.sheets import EG_COLUMNS, SheetRef, read_sheets

BATCH = 500
REGISTER_BOXES = ("identite", "coordonnees")
"""Of an establishment, those that a register may change."""


@dataclass(slots=True)
class Before:
    """What was published when the import first touched it. `born`: CPTS without a page until then; `opened`: without a
    unit."""

    pages: dict[str, Values] = field(default_factory=dict)
    zones: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    born: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)

    def page(self, finess: str, stored: Mapping[str, Any]) -> None:
        self.pages.setdefault(finess, {name: stored[name] for name in EG_COLUMNS})

    def zone(self, finess: str, unit_id: int, communes: Iterable[str]) -> None:
        if unit_id not in self.zones:
            self.zones[unit_id] = (finess, sorted(communes))


@dataclass(frozen=True, slots=True)
class Author:
    """Of revisions: nobody, for an import."""

    source: str = "import"
    account_id: uuid.UUID | None = None
    role: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A box that changed; `before` None: its sheet did not exist."""

    finess: str
    sheet: str
    box: str
    before: Values | None
    after: Values


def write_revisions(before: Before, author: Author | None = None) -> int:
    """At the end of a command, in its transaction: how many. Six statements a batch of CPTS."""
    places = sorted({*before.pages, *before.born, *before.opened, *(finess for finess, _ in before.zones.values())})
    return sum(_write(list(_moved(before, batch)), author or Author()) for batch in _batches(places))


def _moved(before: Before, places: Collection[str]) -> Iterator[Moved]:
    yield from _births(before, places)
    yield from _pages(before, places)
    yield from _zones(before, places)


def _births(before: Before, places: Collection[str]) -> Iterator[Moved]:
    """Every box that says something, of the pages and units that were not there."""
    born = [SheetRef(finess) for finess in places if finess in before.born]
    opened = [finess for finess in places if finess in before.opened]
    units = sa.select(Unit.establishment_finess, Unit.id).where(Unit.establishment_finess.in_(opened)).order_by(Unit.id)
    refs = [*born, *(SheetRef(finess, id_) for finess, id_ in db.session().execute(units))] if opened else born
    for ref, sheet in read_sheets(refs).items() if refs else ():
        for box, values in sheet.items():
            if not all(is_blank(value) for value in values.values()):
                yield Moved(ref.finess, ref.key, box, None, values)


def _pages(before: Before, places: Collection[str]) -> Iterator[Moved]:
    refs = [SheetRef(finess) for finess in places if finess in before.pages and finess not in before.born]
    for ref, sheet in read_sheets(refs).items() if refs else ():
        for key in REGISTER_BOXES:
            box = next(known for known in BOXES[SheetKind.EG] if known.key == key)
            told = canonical(box, before.pages[ref.finess])
            if changes(box, told, sheet[key]):
                yield Moved(ref.finess, ref.key, key, told, sheet[key])


def _zones(before: Before, places: Collection[str]) -> Iterator[Moved]:
    units = {
        unit_id: held for unit_id, held in before.zones.items() if held[0] in places and held[0] not in before.opened
    }
    now: dict[int, list[str]] = {unit_id: [] for unit_id in units}
    rows = sa.select(UnitCommune.unit_id, UnitCommune.insee).where(UnitCommune.unit_id.in_(units))
    for unit_id, insee in db.session().execute(rows.order_by(UnitCommune.insee)) if units else ():
        now[unit_id].append(insee)
    for unit_id, (finess, told) in units.items():
        if told != sorted(now[unit_id]):
            yield Moved(
                finess, SheetRef(finess, unit_id).key, "zone", {"communes": told}, {"communes": sorted(now[unit_id])}
            )


def _write(moved: list[Moved], author: Author) -> int:
    if not moved:
        return 0
    session, now = db.session(), clock.now()
    places = sorted({move.finess for move in moved})
    last = sa.select(Revision.establishment_finess, sa.func.max(Revision.number)).group_by(
        Revision.establishment_finess
    )
    numbers = dict(session.execute(last.where(Revision.establishment_finess.in_(places))).all())
    ids = {finess: uuid.uuid4() for finess in places}
    versions = _move_versions(moved, author)
    session.execute(
        sa.insert(Revision),
        [
            {
                "id": ids[finess],
                "establishment_finess": finess,
                "number": numbers.get(finess, 0) + 1,
                "at": now,
                "source": author.source,
                "account_id": author.account_id,
                "role": author.role,
                "reason": author.reason,
            }
            for finess in places
        ],
    )
    session.execute(
        sa.insert(RevisionBox),
        [
            {
                "revision_id": ids[move.finess],
                "sheet": move.sheet,
                "box": move.box,
                "before": move.before,
                "after": move.after,
                "version": versions.get((move.sheet, move.box), 0),
            }
            for move in moved
        ],
    )
    return len(places)


def _move_versions(moved: list[Moved], author: Author) -> dict[tuple[str, str], int]:
    """Who was editing one of these boxes is told (409): its version moves. A sheet just born is at 0, without a row."""
    session, now = db.session(), clock.now()
    wanted = {(move.sheet, move.box): move for move in moved if move.before is not None}
    if not wanted:
        return {}
    rows = sa.select(SheetBox.sheet, SheetBox.box, SheetBox.version)
    rows = rows.where(SheetBox.sheet.in_({sheet for sheet, _ in wanted}))
    held = {(sheet, box): version for sheet, box, version in session.execute(rows) if (sheet, box) in wanted}
    stamp = {"updated_at": now, "updated_by_account_id": author.account_id}
    moves = [{"sheet": s, "box": b, "version": version + 1, **stamp} for (s, b), version in held.items()]
    births = [
        {"sheet": s, "box": b, "version": 1, "establishment_finess": move.finess, **stamp}
        for (s, b), move in wanted.items()
        if (s, b) not in held
    ]
    if moves:
        session.execute(sa.update(SheetBox), moves)
    if births:
        session.execute(sa.insert(SheetBox), births)
    return {key: held.get(key, 0) + 1 for key in wanted}


def _batches(places: list[str]) -> Iterator[list[str]]:
    source = iter(places)
    while batch := list(islice(source, BATCH)):
        yield batch
