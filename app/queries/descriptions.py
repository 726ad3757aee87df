"""What the form of a box needs: the draft of a person, who else is typing, what the version seen held, what to undo."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.sheets.values import Values
from app.models import Account, BoxDraft, HelpTips, Person, Revision, RevisionBox, SheetBox
from app.models.base import UtcDateTime
from app.queries.sheets import SheetRef
from app.queries.together import Parts, Together

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
    return watched(account_id, sheet, box).others


@dataclass(frozen=True, slots=True)
class Watched:
    """`others`: names of those who typed in this box lately. `version`: of the published box, 0 without one."""

    others: list[str]
    version: int


_TYPING = (
    sa.select(Person.full_name.label("name"))
    .join(Account, Account.person_id == Person.id)
    .join(BoxDraft, BoxDraft.account_id == Account.id)
    .where(BoxDraft.sheet == sa.bindparam("sheet"), BoxDraft.box == sa.bindparam("box"))
    .where(BoxDraft.saved_at > sa.bindparam("lately", type_=UtcDateTime()))
    .where(BoxDraft.account_id != sa.bindparam("account_id"))
    .order_by(BoxDraft.saved_at.desc())
)
WATCH_PARTS: Parts = {
    "typing": _TYPING,
    "version": sa.select(SheetBox.version).where(
        SheetBox.sheet == sa.bindparam("sheet"), SheetBox.box == sa.bindparam("box")
    ),
}
"""Who else types in the box `box` of the sheet `sheet`, and its version; `watched_of` reads the rows."""
_WATCH = Together(**WATCH_PARTS)


def watching(account_id: uuid.UUID | None, sheet: str, box: str) -> dict[str, Any]:
    """What the parts above ask."""
    return {"account_id": account_id, "sheet": sheet, "box": box, "lately": clock.now() - PRESENT}


def watched(account_id: uuid.UUID | None, sheet: str, box: str) -> Watched:
    """One statement."""
    return watched_of(_WATCH.read(**watching(account_id, sheet, box)))


@dataclass(frozen=True, slots=True)
class Pen:
    """What a form opened in a dossier starts with. `kept`: the row of `DRAFT_PART`, what this person was typing there;
    `tips`: whether help is shown beside the form."""

    kept: Any | None
    others: list[str]
    tips: bool


DRAFT_PART = sa.select(BoxDraft.fields.label("typed"), BoxDraft.base_version, BoxDraft.saved_at).where(
    BoxDraft.account_id == sa.bindparam("account_id"),
    BoxDraft.sheet == sa.bindparam("sheet"),
    BoxDraft.box == sa.bindparam("box"),
)
_PEN = Together(
    **WATCH_PARTS,
    draft=DRAFT_PART,
    tips=sa.select(HelpTips.shown).where(HelpTips.account_id == sa.bindparam("account_id")),
)


def pen_of(account_id: uuid.UUID | None, sheet: str, box: str) -> Pen:
    """One statement."""
    rows = _PEN.read(**watching(account_id, sheet, box))
    tips = rows["tips"][0].shown if rows["tips"] else True
    return Pen(rows["draft"][0] if rows["draft"] else None, watched_of(rows).others, tips)


def watched_of(rows: Mapping[str, list[Any]]) -> Watched:
    return Watched([row.name for row in rows["typing"]], rows["version"][0].version if rows["version"] else 0)


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
