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


def write_professionals(run: Import, rows: Sequence[ProfessionalRow]) -> None:
    """What the file says of a person replaces what was stored, activities that it no longer gives included.

    A person who comes back later in the same file, on lines apart from the first ones, is completed, never reduced.
    """
    people = _gathered(rows)
    outcomes = upsert(
        Professional,
        [run.values(Professional, row, without=("lines", "activities")) for row in people],
        key=("rpps",),
        settle=lambda new, stored: _blanks_only(new, stored) if stored.get("id", 0) in run.professionals else new,
    )
    ids = _ids(people)
    gone = _end_activities([row for row in people if ids[row.rpps] not in run.professionals], ids)
    changed = gone | _write_activities(run, people, ids)
    for row, outcome in zip(people, outcomes, strict=True):
        moved = outcome is Outcome.UNCHANGED and ids[row.rpps] in changed
        run.report.count(Outcome.UPDATED if moved else outcome, row.lines)
        run.professionals.add(ids[row.rpps])
        if outcome is not Outcome.UNCHANGED:
            changed.add(ids[row.rpps])
    run.touched.rpps |= known(Person.rpps, {row.rpps for row in people if ids[row.rpps] in changed})


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
    return dict(db.session().execute(statement).tuples().all())


def _end_activities(people: Sequence[ProfessionalRow], ids: dict[str, int]) -> set[int]:
    """Removes the activities that the register no longer gives. Returns the professionals concerned."""
    given = {(ids[row.rpps], activity.key) for row in people for activity in row.activities}
    statement = sa.select(ProfessionalActivity.id, ProfessionalActivity.professional_id, ProfessionalActivity.key)
    statement = statement.where(ProfessionalActivity.professional_id.in_([ids[row.rpps] for row in people]))
    gone = {row.id: row.professional_id for row in db.session().execute(statement) if tuple(row)[1:] not in given}
    if gone:
        db.session().execute(sa.delete(ProfessionalActivity).where(ProfessionalActivity.id.in_(gone)))
    return set(gone.values())


def _write_activities(run: Import, people: Sequence[ProfessionalRow], ids: dict[str, int]) -> set[int]:
    values = [
        {"professional_id": ids[row.rpps], **run.values(ProfessionalActivity, activity)}
        for row in people
        for activity in row.activities
    ]
    outcomes = upsert(ProfessionalActivity, values, key=("professional_id", "key"))
    changed = zip(values, outcomes, strict=True)
    return {row["professional_id"] for row, outcome in changed if outcome is not Outcome.UNCHANGED}
