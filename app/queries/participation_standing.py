"""What is known of somebody who would take part through a CPTS: what domain/participations.py asks about."""

from __future__ import annotations

import uuid
from collections.abc import Collection

import sqlalchemy as sa

from app import db
from app.domain.participations import Standing
from app.domain.readiness import Level
from app.domain.requests import PENDING, Kind
from app.models import Account, Affiliation, Person, Professional, Request, attached
from app.queries.sas_states import read_states


def standing_of(person_id: uuid.UUID, finess: str) -> Standing:
    return standings(person_id, [finess])[finess]


def standings(person_id: uuid.UUID, finess_codes: Collection[str]) -> dict[str, Standing]:
    """For each of these CPTS; a bounded number of statements however many."""
    person, known = _person(person_id)
    held, asked = _held(person_id, finess_codes), _asked(person_id, finess_codes)
    missing = _missing(finess_codes)
    return {
        finess: Standing(
            rpps=person.rpps,
            registered=known is not None,
            profession_code=known.profession_code if known else person.profession_code,
            profession=known.profession_label if known else person.profession_label,
            attached=finess in held,
            asked=finess in asked,
            suspended=finess in held and not held[finess],
            missing=missing[finess],
        )
        for finess in finess_codes
    }


def _person(person_id: uuid.UUID) -> tuple[Person, Professional | None]:
    row = db.session().execute(
        sa.select(Person, Professional)
        .outerjoin(Professional, Professional.rpps == Person.rpps)
        .where(Person.id == person_id)
    )
    person, known = row.one()
    return person, known


def _held(person_id: uuid.UUID, finess_codes: Collection[str]) -> dict[str, bool]:
    """CPTS of their open rattachements, and whether one there is not suspended."""
    rows = db.session().execute(
        sa.select(Affiliation.establishment_finess, attached(Affiliation)).where(
            Affiliation.person_id == person_id,
            Affiliation.establishment_finess.in_(finess_codes),
            Affiliation.ended_at.is_(None),
        )
    )
    found: dict[str, bool] = {}
    for finess, counted in rows:
        found[finess] = found.get(finess, False) or bool(counted)
    return found


def _asked(person_id: uuid.UUID, finess_codes: Collection[str]) -> set[str]:
    """CPTS that have a request of theirs to answer, made signed in or with the same address."""
    rows = db.session().scalars(
        sa.select(Request.establishment_finess)
        .outerjoin(Account, Account.person_id == person_id)
        .where(
            Request.kind == Kind.AFFILIATION,
            Request.status.in_(PENDING),
            Request.establishment_finess.in_(finess_codes),
            sa.or_(Request.person_id == person_id, Request.email_key == Account.email_key),
        )
    )
    return {finess for finess in rows if finess}


def _missing(finess_codes: Collection[str]) -> dict[str, list[str]]:
    """Why the SAS does not show these CPTS: what its readiness says, nothing where it is shown."""
    states = read_states(finess_codes)
    return {
        finess: [
            finding.sentence
            for finding in (states[finess].findings if finess in states else ())
            if finding.level is Level.BLOCKING
        ]
        for finess in finess_codes
    }
