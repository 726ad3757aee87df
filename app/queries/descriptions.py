"""What the form of a box needs: the draft of a person, who else is typing, what the version seen held, what to undo."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.sheets.values import Values
from app.models import Account, BoxDraft, Person, Revision, RevisionBox, SheetBox
from app.models.base import UtcDateTime
from app.queries.sheets import SheetRef

PRESENT = timedelta(minutes=2)
"""How long after their last word somebody is said to be editing."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last direct edit of a box, of which nothing changed since."""

    revision_id: uuid.UUID
    at: datetime
    by: str | None


def draft(account_id: uuid.UUID | None, sheet: str, box: str) -> BoxDraft | None:
    return db.session().get(BoxDraft, (account_id, sheet, box)) if account_id else None


def others_editing(account_id: uuid.UUID | None, sheet: str, box: str) -> list[str]:
    """Names of those who typed in this box lately: one statement."""
    lately = clock.now() - PRESENT
    rows = db.session().scalars(
        sa.select(Person)
        .join(Account, Account.person_id == Person.id)
        .join(BoxDraft, BoxDraft.account_id == Account.id)
        .where(BoxDraft.sheet == sheet, BoxDraft.box == box, BoxDraft.saved_at > lately)
        .where(BoxDraft.account_id != account_id)
        .order_by(BoxDraft.saved_at.desc())
    )
    return [person.full_name for person in rows]


def values_at(ref: SheetRef, box: str, version: int) -> Values | None:
    """What the box held at this version: what the next one changed."""
    next_one = sa.select(RevisionBox.before).where(
        RevisionBox.sheet == ref.key, RevisionBox.box == box, RevisionBox.version == version + 1
    )
    return db.session().scalar(next_one)


UNDO_PART = (
    sa.select(RevisionBox.sheet, RevisionBox.box, Revision.id, Revision.at, Person.full_name.label("by"))
    .join(Revision, Revision.id == RevisionBox.revision_id)
    .join(SheetBox, sa.and_(SheetBox.sheet == RevisionBox.sheet, SheetBox.box == RevisionBox.box))
    .outerjoin(Account, Account.id == Revision.account_id)
    .outerjoin(Person, Person.id == Account.person_id)
    .where(RevisionBox.sheet.in_(sa.bindparam("sheet_keys", expanding=True)), RevisionBox.version == SheetBox.version)
    .where(Revision.source == "direct", Revision.at > sa.bindparam("undo_since", type_=UtcDateTime()))
)
"""The last edit of each box, direct, recent, and that nothing followed."""


def undoable_of(rows: Iterable[Any]) -> dict[tuple[str, str], Undoable]:
    """Sheet key and box → what may be undone of it."""
    return {(row.sheet, row.box): Undoable(row.id, row.at, row.by) for row in rows}
