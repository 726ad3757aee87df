"""Documents of listed people and of what they do where: they are read by read_documents (queries/published.py)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from app import db
from app.domain.published import Coded, Document, PublishedPerson, PublishedRole
from app.models import Affiliation, Establishment, Person, Professional, ProfessionalActivity, Unit
from app.queries.published_scope import shown_role
from app.working_days import day_of

LIBERAL = "L"
"""TRE_R23: how somebody practises whose register rows do not say."""


def read_roles(keys: Sequence[str]) -> dict[str, Document]:
    rows = (
        db.session()
        .execute(
            sa.select(Affiliation, Person)
            .join(Person, Person.id == Affiliation.person_id)
            .join(Unit, Unit.id == Affiliation.unit_id)
            .join(Establishment, Establishment.finess == Unit.establishment_finess)
            .where(Affiliation.id.in_([uuid.UUID(key) for key in keys]), shown_role())
            .execution_options(populate_existing=True)
        )
        .all()
    )
    people, modes = _people([person for _, person in rows]), _modes([str(person.rpps) for _, person in rows])
    return {
        str(row.id): PublishedRole(
            str(row.id),
            row.unit_id,
            row.establishment_finess,
            people[person.id],
            modes.get(str(person.rpps), LIBERAL),
            row.function,
            day_of(row.started_at),
        )
        for row, person in rows
    }


def read_persons(keys: Sequence[str]) -> dict[str, Document]:
    """Those who have a role that is shown: being listed shows nobody anywhere else."""
    role = (
        sa.exists()
        .where(Affiliation.person_id == Person.id)
        .where(Unit.id == Affiliation.unit_id, Establishment.finess == Unit.establishment_finess, shown_role())
        .correlate(Person)
    )
    people = sa.select(Person).where(Person.id.in_([uuid.UUID(key) for key in keys]), role)
    rows = db.session().scalars(people.execution_options(populate_existing=True)).all()
    return {str(id_): told for id_, told in _people(rows).items()}


def _people(people: Sequence[Person]) -> dict[uuid.UUID, PublishedPerson]:
    """As the register knows them, else as they said (RG_EXP_031): one statement."""
    rows = sa.select(Professional).where(Professional.rpps.in_({person.rpps for person in people}))
    known = {row.rpps: row for row in db.session().scalars(rows)} if people else {}
    found = {}
    for person in people:
        row = known.get(str(person.rpps))
        code, label = (
            (row.profession_code, row.profession_label) if row else (person.profession_code, person.profession_label)
        )
        found[person.id] = PublishedPerson(
            str(person.id),
            str(person.rpps),
            row.title if row else None,
            row.family_name if row else person.family_name,
            row.given_name if row else person.given_name,
            Coded(str(code), label or str(code)),
            Coded(row.speciality_code, row.speciality_label or row.speciality_code)
            if row and row.speciality_code
            else None,
        )
    return found


def _modes(rpps: Sequence[str]) -> dict[str, str]:
    """RPPS → mode of practice (TRE_R23) of the first register row that says one."""
    rows = (
        sa.select(Professional.rpps, ProfessionalActivity.mode_code)
        .join(ProfessionalActivity, ProfessionalActivity.professional_id == Professional.id)
        .where(Professional.rpps.in_(rpps), ProfessionalActivity.mode_code.is_not(None))
        .order_by(ProfessionalActivity.id.desc())
    )
    return dict(db.session().execute(rows).all()) if rpps else {}  # type: ignore[arg-type]
