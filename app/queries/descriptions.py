"""What the form of a box needs: the draft of a person, who else is typing, what the version seen held, what to undo."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.sheets.values import Values
from app.models import Account, BoxDraft, Person, Revision, RevisionBox, SheetBox
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


def undoable(refs: Sequence[SheetRef], within: timedelta) -> dict[tuple[str, str], Undoable]:
    """Sheet key and box → its last edit, direct, recent, and that nothing followed: one statement."""
    rows = db.session().execute(
        sa.select(RevisionBox.sheet, RevisionBox.box, Revision.id, Revision.at, Person)
        .join(Revision, Revision.id == RevisionBox.revision_id)
        .join(SheetBox, sa.and_(SheetBox.sheet == RevisionBox.sheet, SheetBox.box == RevisionBox.box))
        .outerjoin(Account, Account.id == Revision.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(RevisionBox.sheet.in_([ref.key for ref in refs]), RevisionBox.version == SheetBox.version)
        .where(Revision.source == "direct", Revision.at > clock.now() - within)
    )
    return {
        (sheet, box): Undoable(revision_id, at, person.full_name if person else None)
        for sheet, box, revision_id, at, person in rows
    }
