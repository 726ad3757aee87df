"""Professionals of the Annuaire Santé and their activities. Being here gives no right and no listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from app import db
from app.domain.import_report import Outcome
from app.domain.registers import ProfessionalRow
from app.models import Person, Professional, ProfessionalActivity
from app.usecases.registers.run import Import, known
from app.usecases.registers.upsert import Stored, Values, upsert

BATCH = 1_000
SCAN = 10_000


def write_professionals(run: Import, rows: Sequence[ProfessionalRow]) -> None:
    """Creates and updates people and activities. A person who comes back later in the same file is only completed."""
    people = _gathered(rows)
    outcomes = upsert(
        Professional,
        [run.values(Professional, row, without=("lines", "activities")) for row in people],
        key=("rpps",),
        settle=lambda new, stored: _blanks_only(new, stored) if stored.get("id", 0) in run.professionals else new,
    )
    ids = _ids(people)
    changed = _write_activities(run, people, ids)
    for row, outcome in zip(people, outcomes, strict=True):
        moved = outcome is Outcome.UNCHANGED and ids[row.rpps] in changed
        run.report.count(Outcome.UPDATED if moved else outcome, row.lines)
        run.professionals.add(ids[row.rpps])
        if outcome is not Outcome.UNCHANGED:
            changed.add(ids[row.rpps])
    run.touched.rpps |= known(Person.rpps, {row.rpps for row in people if ids[row.rpps] in changed})


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


def _ids(people: Sequence[ProfessionalRow]) -> dict[str, int]:
    statement = sa.select(Professional.rpps, Professional.id)
    statement = statement.where(Professional.rpps.in_([row.rpps for row in people]))
    return dict(db.session().execute(statement).all())


def _write_activities(run: Import, people: Sequence[ProfessionalRow], ids: dict[str, int]) -> set[int]:
    """Remembers which activities the file gives. Returns the professionals for whom something changed."""
    values = [
        {"professional_id": ids[row.rpps], **run.values(ProfessionalActivity, activity)}
        for row in people
        for activity in row.activities
    ]
    outcomes = upsert(ProfessionalActivity, values, key=("professional_id", "key"))
    given = {(row["professional_id"], row["key"]) for row in values}
    statement = sa.select(ProfessionalActivity.id, ProfessionalActivity.professional_id, ProfessionalActivity.key)
    statement = statement.where(ProfessionalActivity.professional_id.in_({owner for owner, _ in given}))
    for number, owner, key in db.session().execute(statement):
        if (owner, key) in given:
            run.activities.add(number)
    changed = zip(values, outcomes, strict=True)
    return {row["professional_id"] for row, outcome in changed if outcome is not Outcome.UNCHANGED}
