"""What is known of somebody who would take part through a CPTS: what domain/participations.py asks about."""

from __future__ import annotations

import uuid
from collections.abc import Collection

import sqlalchemy as sa

from app.domain.participations import Standing
from app.domain.readiness import Level
from app.domain.requests import PENDING, Kind
from app.models import Account, Affiliation, Person, Professional, Request, attached
from app.queries.sas_states import read_states
from app.queries.sheets import ASKED_FINESS
from app.queries.together import Together


def standing_of(person_id: uuid.UUID, finess: str) -> Standing:
    return standings(person_id, [finess])[finess]


def standings(person_id: uuid.UUID, finess_codes: Collection[str]) -> dict[str, Standing]:
    """For each of these CPTS: two statements however many."""
    rows = _STANDING.read(person_id=person_id, finess_codes=list(finess_codes))
    (known,) = rows["person"]
    held: dict[str, bool] = {}
    for finess, counted in rows["held"]:
        held[finess] = held.get(finess, False) or bool(counted)
    waiting, missing = {row.establishment_finess for row in rows["asked"]}, _missing(finess_codes)
    registered = known.registered_code is not None
    return {
        finess: Standing(
            rpps=known.rpps,
            registered=registered,
            profession_code=known.registered_code if registered else known.profession_code,
            profession=known.registered_label if registered else known.profession_label,
            attached=finess in held,
            asked=finess in waiting,
            suspended=finess in held and not held[finess],
            missing=missing[finess],
        )
        for finess in finess_codes
    }


_PERSON: sa.BindParameter[uuid.UUID] = sa.bindparam("person_id")
_STANDING = Together(
    person=sa.select(
        Person.rpps,
        Person.profession_code,
        Person.profession_label,
        Professional.profession_code.label("registered_code"),
        Professional.profession_label.label("registered_label"),
    )
    .outerjoin(Professional, Professional.rpps == Person.rpps)
    .where(Person.id == _PERSON),
    held=sa.select(Affiliation.establishment_finess, attached(Affiliation).label("counted")).where(
        Affiliation.person_id == _PERSON,
        Affiliation.establishment_finess.in_(ASKED_FINESS),
        Affiliation.ended_at.is_(None),
    ),
    asked=sa.select(Request.establishment_finess)
    .outerjoin(Account, Account.person_id == _PERSON)
    .where(
        Request.kind == Kind.AFFILIATION,
        Request.status.in_(PENDING),
        Request.establishment_finess.in_(ASKED_FINESS),
        sa.or_(Request.person_id == _PERSON, Request.email_key == Account.email_key),
    ),
)
"""`held`: CPTS of their open rattachements, and whether each is not suspended. `asked`: CPTS that have a request of
theirs to answer, made signed in or with the same address."""


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
