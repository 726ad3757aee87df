"""Documents of listed people and of what they do where: they are read by read_documents (queries/published.py)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.published import Coded, Document, Meta, PublishedPerson, PublishedRole
from app.models import Affiliation, Establishment, Person, Professional, ProfessionalActivity, Unit
from app.queries.published_scope import shown_role
from app.working_days import day_of

LIBERAL = "L"
"""TRE_R23: how somebody practises whose register rows do not say."""
Metas = Mapping[str, Meta]
_TOLD = (
    Person.id.label("person_id"),
    Person.rpps,
    Person.family_name.label("said_family_name"),
    Person.given_name.label("said_given_name"),
    Person.profession_code.label("said_profession_code"),
    Person.profession_label.label("said_profession_label"),
    Professional.id.label("professional_id"),
    Professional.title,
    Professional.family_name,
    Professional.given_name,
    Professional.profession_code,
    Professional.profession_label,
    Professional.speciality_code,
    Professional.speciality_label,
)
_ROLE = (
    sa.select(
        Affiliation.id,
        Affiliation.unit_id,
        Affiliation.establishment_finess,
        Affiliation.function,
        Affiliation.started_at,
        *_TOLD,
    )
    .join(Person, Person.id == Affiliation.person_id)
    .join(Unit, Unit.id == Affiliation.unit_id)
    .join(Establishment, Establishment.finess == Unit.establishment_finess)
    .outerjoin(Professional, Professional.rpps == Person.rpps)
)
_PERSON = sa.select(*_TOLD).select_from(Person).outerjoin(Professional, Professional.rpps == Person.rpps)


def read_roles(keys: Sequence[str], metas: Metas) -> dict[str, Document]:
    """Two statements."""
    wanted = Affiliation.id.in_([uuid.UUID(key) for key in keys])
    rows = db.session().execute(_ROLE.where(wanted, shown_role())).all()
    modes = _modes({row.professional_id for row in rows if row.professional_id is not None})
    found: dict[str, Document] = {}
    for row in rows:
        key = str(row.id)
        found[key] = PublishedRole(
            key,
            row.unit_id,
            row.establishment_finess,
            _person(row),
            modes.get(row.professional_id, LIBERAL),
            row.function,
            day_of(row.started_at),
            metas.get(key),
        )
    return found


def read_persons(keys: Sequence[str], metas: Metas) -> dict[str, Document]:
    """Those who have a role that is shown: being listed shows nobody anywhere else. One statement."""
    role = (
        sa.exists()
        .where(Affiliation.person_id == Person.id)
        .where(Unit.id == Affiliation.unit_id, Establishment.finess == Unit.establishment_finess, shown_role())
        .correlate(Person)
    )
    wanted = Person.id.in_([uuid.UUID(key) for key in keys])
    people = (_person(row, metas) for row in db.session().execute(_PERSON.where(wanted, role)))
    return {told.id: told for told in people}


def _person(row: Any, metas: Metas | None = None) -> PublishedPerson:
    """As the register knows them, else as they said (RG_EXP_031)."""
    key, registered = str(row.person_id), row.professional_id is not None
    code = row.profession_code if registered else row.said_profession_code
    label = row.profession_label if registered else row.said_profession_label
    return PublishedPerson(
        key,
        str(row.rpps),
        row.title,
        row.family_name if registered else row.said_family_name,
        row.given_name if registered else row.said_given_name,
        Coded(str(code), label or str(code)),
        Coded(row.speciality_code, row.speciality_label or row.speciality_code) if row.speciality_code else None,
        metas.get(key) if metas else None,
    )


def _modes(professionals: set[int]) -> dict[int, str]:
    """Id of a professional → mode of practice (TRE_R23) of the first register row that says one."""
    rows = (
        sa.select(ProfessionalActivity.professional_id, ProfessionalActivity.mode_code)
        .where(ProfessionalActivity.professional_id.in_(professionals), ProfessionalActivity.mode_code.is_not(None))
        .order_by(ProfessionalActivity.id.desc())
    )
    return dict(db.session().execute(rows).all()) if professionals else {}  # type: ignore[arg-type]
