"""Professionals of the Annuaire Santé and their activities. Being here gives no right and no listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

import sqlalchemy as sa

from app import db
from app.domain.import_report import Outcome
from app.domain.registers import ProfessionalRow
from app.models import Person, Professional, ProfessionalActivity
from app.usecases.registers.bulk import Values, among
from app.usecases.registers.run import Import, Watch, known, unwatched
from app.usecases.registers.upsert import Stored, Written, write

BATCH = 1_000


def write_professionals(run: Import, rows: Sequence[ProfessionalRow]) -> None:
    """Creates and updates people and activities. A person who comes back later in the same file is only completed."""
    people = _gathered(rows)
    values, activities = _values(run, people)
    written = write(
        Professional,
        values,
        key=("rpps",),
        settle=lambda new, stored: _blanks_only(new, stored) if stored["id"] in run.professionals else new,
    )
    changed = _write_activities(run, activities, written)
    for row, (outcome, stored) in zip(people, written, strict=True):
        moved = outcome is Outcome.UNCHANGED and stored["id"] in changed
        run.report.count(Outcome.UPDATED if moved else outcome, row.lines)
        run.professionals.add(stored["id"])
        if outcome is not Outcome.UNCHANGED:
            changed.add(stored["id"])
    run.touched.rpps |= known(Person.rpps, {stored["rpps"] for _, stored in written if stored["id"] in changed})


def end_activities(run: Import, watch: Watch = unwatched) -> int:
    """After the last batch: removes the activities that the file no longer gives to the people whom it holds."""
    session = db.session()
    count = sum(1 for _ in run.held_activities.without(run.activities))
    ended = iter(watch(run.held_activities.without(run.activities), "Activités qui ont cessé", count))
    while gone := list(islice(ended, BATCH)):
        ending = among(ProfessionalActivity.id, gone)
        owners = sa.select(Person.rpps).join(Professional, Professional.rpps == Person.rpps)
        owners = owners.join(ProfessionalActivity, ProfessionalActivity.professional_id == Professional.id)
        run.touched.rpps.update(filter(None, session.scalars(owners.where(ending))))
        session.execute(sa.delete(ProfessionalActivity).where(ending))
    return count


def _gathered(rows: Sequence[ProfessionalRow]) -> list[ProfessionalRow]:
    """One row a person, the first one read, with the activities of all."""
    gathered: dict[str, ProfessionalRow] = {}
    for row in rows:
        first = gathered.get(row.rpps)
        if first is None:
            gathered[row.rpps] = row
            continue
        given = {activity.key: activity for activity in (*row.activities, *first.activities)}
        lines, activities = first.lines + row.lines, tuple(given.values())
        gathered[row.rpps] = replace(first, lines=lines, activities=activities, register_digest=None)
    return list(gathered.values())


def _values(run: Import, people: Sequence[ProfessionalRow]) -> tuple[list[Values], list[list[Values]]]:
    """Of each person, and of the activities of each. What had to be cut is to be read, and said, the next time too."""
    values, activities = [], []
    for row in people:
        noted = run.report.noted
        person = run.values(Professional, row, without=("lines", "activities"))
        activities.append([run.values(ProfessionalActivity, activity) for activity in row.activities])
        values.append(person if run.report.noted == noted else {**person, "register_digest": None})
    return values, activities


def _blanks_only(new: Values, stored: Stored) -> Values:
    """What two places of the file say of one person is read whole each time: no digest."""
    blanks = {name: value for name, value in new.items() if stored[name] in (None, "")}
    return blanks | {"register_digest": None}


def _write_activities(run: Import, activities: Sequence[Sequence[Values]], written: Sequence[Written]) -> set[int]:
    """Remembers which activities these people had, and which the file gives. Returns those for whom some changed."""
    values = [
        {"professional_id": stored["id"], **activity}
        for given, (_, stored) in zip(activities, written, strict=True)
        for activity in given
    ]
    before = {stored["id"] for outcome, stored in written if outcome is not Outcome.CREATED}
    changed = set()
    for outcome, stored in write(
        ProfessionalActivity, values, key=("professional_id", "key"), under=before, met=partial(_note_held, run)
    ):
        run.activities.add(stored["id"])
        if outcome is not Outcome.UNCHANGED:
            changed.add(stored["professional_id"])
    return changed


def _note_held(run: Import, activity: Stored) -> None:
    """What lines that were not read gave is given."""
    met = run.activities if activity["professional_id"] in run.unread else run.held_activities
    met.add(activity["id"])
