"""Professionals of the Annuaire Santé and their activities. Being here gives no right and no listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from app import db
from app.domain.import_report import Outcome
from app.domain.registers import ProfessionalRow
from app.models import Person, Professional, ProfessionalActivity
from app.usecases.registers.bulk import Values
from app.usecases.registers.run import Import, known
from app.usecases.registers.upsert import Stored, Written, write

BATCH = 1_000
SCAN = 10_000


def write_professionals(run: Import, rows: Sequence[ProfessionalRow]) -> None:
    """Creates and updates people and activities. A person who comes back later in the same file is only completed."""
    people = _gathered(rows)
    written = write(
        Professional,
        [run.values(Professional, row, without=("lines", "activities")) for row in people],
        key=("rpps",),
        settle=lambda new, stored: _blanks_only(new, stored) if stored["id"] in run.professionals else new,
    )
    changed = _write_activities(run, people, written)
    for row, (outcome, stored) in zip(people, written, strict=True):
        moved = outcome is Outcome.UNCHANGED and stored["id"] in changed
        run.report.count(Outcome.UPDATED if moved else outcome, row.lines)
        run.professionals.add(stored["id"])
        if outcome is not Outcome.UNCHANGED:
            changed.add(stored["id"])
    run.touched.rpps |= known(Person.rpps, {stored["rpps"] for _, stored in written if stored["id"] in changed})


def end_activities(run: Import) -> int:
    """After the last batch: removes the activities that the file no longer gives to the people it holds."""
    session = db.session()
    statement = sa.select(ProfessionalActivity.id, ProfessionalActivity.professional_id)
    gone = [
        number
        for number, owner in session.execute(statement.execution_options(yield_per=SCAN))
        if owner in run.professionals and number not in run.activities
    ]
    for start in range(0, len(gone), BATCH):
        ending = ProfessionalActivity.id.in_(gone[start : start + BATCH])
        owners = sa.select(Person.rpps).join(Professional, Professional.rpps == Person.rpps)
        owners = owners.join(ProfessionalActivity, ProfessionalActivity.professional_id == Professional.id)
        run.touched.rpps.update(filter(None, session.scalars(owners.where(ending))))
        session.execute(sa.delete(ProfessionalActivity).where(ending))
    return len(gone)


def _gathered(rows: Sequence[ProfessionalRow]) -> list[ProfessionalRow]:
    """One row a person, the first one read, with the activities of all."""
    gathered: dict[str, ProfessionalRow] = {}
    for row in rows:
        first = gathered.get(row.rpps)
        if first is None:
            gathered[row.rpps] = row
            continue
        activities = {activity.key: activity for activity in (*row.activities, *first.activities)}
        gathered[row.rpps] = replace(first, lines=first.lines + row.lines, activities=tuple(activities.values()))
    return list(gathered.values())


def _blanks_only(new: Values, stored: Stored) -> Values:
    return {name: value for name, value in new.items() if stored[name] in (None, "")}


def _write_activities(run: Import, people: Sequence[ProfessionalRow], written: Sequence[Written]) -> set[int]:
    """Remembers which activities the file gives. Returns the professionals for whom something changed."""
    values = [
        {"professional_id": stored["id"], **run.values(ProfessionalActivity, activity)}
        for row, (_, stored) in zip(people, written, strict=True)
        for activity in row.activities
    ]
    born = {stored["id"] for outcome, stored in written if outcome is Outcome.CREATED}
    changed = set()
    for outcome, stored in write(ProfessionalActivity, values, key=("professional_id", "key"), born=born):
        run.activities.add(stored["id"])
        if outcome is not Outcome.UNCHANGED:
            changed.add(stored["professional_id"])
    return changed
