"""Where the value of a field comes from: the last publication that changed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.freshness import USUAL
from app.domain.sheets.catalogue import Box
from app.domain.sheets.values import changes
from app.domain.sheets.visibility import public_values
from app.domain.sheets.words import WORDED
from app.models import Account, Commune, FreshnessRhythm, Person, Revision, RevisionBox, UnitCommune
from app.queries.nomenclatures import CODES_PART, labels_of
from app.queries.sheets import SHEET_PARTS, STATES_PART, BoxState, SheetRef, asked, sheets_of, states_of
from app.queries.together import Together

AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Origin:
    """`role` and `author`: of who published it, None for an import."""

    source: str
    at: datetime
    role: str | None
    author: str | None


def field_origin(ref: SheetRef, box: Box, field: str) -> Origin | None:
    """None: it was there before the portal kept a memory. One statement, read until the field changes."""
    rows = db.session().execute(
        sa.select(RevisionBox.before, RevisionBox.after, Revision.source, Revision.at, Revision.role, Person)
        .join(Revision, Revision.id == RevisionBox.revision_id)
        .outerjoin(Account, Account.id == Revision.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(RevisionBox.sheet == ref.key, RevisionBox.box == box.key)
        .order_by(Revision.at.desc(), Revision.number.desc())
        .execution_options(yield_per=AT_A_TIME)
    )
    try:
        for before, after, source, at, role, person in rows:
            if any(change.field.key == field for change in changes(box, before, after)):
                return Origin(source, at, role, person.full_name if person else None)
    finally:
        rows.close()
    return None


@dataclass(frozen=True, slots=True)
class Passport:
    """`value`: of today, as this reader may see it. `labels`: its words, names of communes included. `rhythm`: months
    between two verifications."""

    value: Any
    state: BoxState
    labels: dict[str, dict[str, str]]
    rhythm: int


_PASSPORT = Together(
    **SHEET_PARTS,
    states=STATES_PART,
    codes=CODES_PART,
    rhythm=sa.select(FreshnessRhythm.months).where(FreshnessRhythm.establishment_finess == sa.bindparam("finess")),
    names=sa.select(Commune.insee, Commune.name).where(
        Commune.insee.in_(
            sa.select(UnitCommune.insee).where(UnitCommune.unit_id.in_(sa.bindparam("unit_ids", expanding=True)))
        )
    ),
)


def read_passport(ref: SheetRef, box: Box, field: str, *, insider: bool) -> Passport:
    """One statement."""
    rows = _PASSPORT.read(**asked([ref]), systems=WORDED, finess=ref.finess)
    values = sheets_of([ref], rows)[ref][box.key]
    return Passport(
        (values if insider else public_values(ref.kind, box.key, values)).get(field),
        states_of(rows["states"]).get((ref.key, box.key), BoxState()),
        labels_of(WORDED, rows["codes"]) | {"COG": {row.insee: row.name for row in rows["names"]}},
        rows["rhythm"][0].months if rows["rhythm"] else int(USUAL),
    )
