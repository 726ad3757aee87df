"""Where the value of a field comes from: the last publication that changed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.sheets.catalogue import Box
from app.domain.sheets.values import changes
from app.domain.sheets.visibility import public_values
from app.models import Account, Person, Revision, RevisionBox
from app.queries.sheets import SheetRef, read_sheet

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


def published(ref: SheetRef, box: str, field: str, *, insider: bool) -> Any:
    """The value of today, as this reader may see it."""
    values = read_sheet(ref)[box]
    return (values if insider else public_values(ref.kind, box, values)).get(field)
