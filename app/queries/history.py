"""What was published of a CPTS, and when: its revisions, newest first, a page at a time, in a few statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import db
from app.domain.sheets.words import WORDED
from app.models import Account, Commune, Contact, Person, Request, Revision, RevisionBox, Telecom, Unit
from app.queries.nomenclatures import every_label

PER_PAGE = 20
FREE = 1

Concealed = Mapping[str, int | None]
"""Sheet of a unit → number of the last revision of the time when it was sensitive; None: it still is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A revision. `author`, `behalf`: names. `restores`: the number of the revision that it takes up again."""

    revision: Revision
    author: str | None
    behalf: str | None
    restores: int | None
    boxes: list[RevisionBox]


@dataclass(frozen=True, slots=True)
class History:
    lines: list[Line]
    total: int
    page: int
    pages: int


def history(finess: str, *, page: int, concealed: Concealed | None = None, by: uuid.UUID | None = None) -> History:
    """`concealed`: given for the public, who sees nothing of a unit while it is sensitive. `by`: one author's."""
    session = db.session()
    wanted = [Revision.establishment_finess == finess]
    if by is not None:
        wanted.append(Revision.account_id == by)
    if concealed is not None:
        wanted.append(sa.exists().where(RevisionBox.revision_id == Revision.id, _shown(concealed)))
    total = session.scalar(sa.select(sa.func.count()).select_from(Revision).where(*wanted)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    restored = aliased(Revision)
    rows = session.execute(
        sa.select(Revision, Person, restored.number)
        .outerjoin(Account, Account.id == Revision.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(restored, restored.id == Revision.restores_id)
        .where(*wanted)
        .order_by(Revision.number.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    boxes = _boxes([revision.id for revision, *_ in rows], concealed or {})
    names = names_behind(revision.on_behalf_of for revision, *_ in rows)
    lines = [
        Line(
            revision,
            person.full_name if person else None,
            names.get(revision.on_behalf_of or ""),
            number,
            boxes.get(revision.id, []),
        )
        for revision, person, number in rows
    ]
    return History(lines, total, page, pages)


def authors(finess: str) -> list[tuple[uuid.UUID, str]]:
    """Those who published something of this CPTS, by name: one statement."""
    rows = db.session().execute(
        sa.select(Account.id, Person)
        .join(Person, Person.id == Account.person_id)
        .where(sa.exists().where(Revision.account_id == Account.id, Revision.establishment_finess == finess))
        .order_by(sa.func.lower(Person.family_name), sa.func.lower(Person.given_name), Account.id)
    )
    return [(id_, person.full_name) for id_, person in rows]


def concealed_from_public(finess: str) -> Concealed:
    """Units that were sensitive at some time, whatever became of them: three statements."""
    session = db.session()
    rows = session.execute(
        sa.select(RevisionBox.sheet, RevisionBox.before, RevisionBox.after, Revision.number)
        .join(Revision, Revision.id == RevisionBox.revision_id)
        .where(Revision.establishment_finess == finess, RevisionBox.box == "offre")
        .order_by(Revision.number)
    )
    found: dict[str, int | None] = {
        sheet: number
        for sheet, before, after, number in rows
        if after.get("sensitive") or (before or {}).get("sensitive")
    }
    units = unit_names(finess)
    now = sa.select(Unit.id).where(Unit.id.in_([int(key[3:]) for key in units]), Unit.sensitive)
    return found | {f"uo-{id_}": None for id_ in session.scalars(now)}


def unit_names(finess: str) -> dict[str, str]:
    """Sheet of each unit that is or was of this CPTS → its name today: two statements."""
    session = db.session()
    told = sa.select(RevisionBox.sheet).distinct().join(Revision, Revision.id == RevisionBox.revision_id)
    keys = session.scalars(told.where(Revision.establishment_finess == finess, RevisionBox.sheet.like("uo-%")))
    ids = [int(key[3:]) for key in keys]
    units = sa.select(Unit.id, Unit.name).where(sa.or_(Unit.establishment_finess == finess, Unit.id.in_(ids)))
    return {f"uo-{id_}": name for id_, name in session.execute(units)}


def restricted_today(finess: str) -> set[str]:
    """Numbers and addresses that the public may not see any more, wherever they were once shown: one statement."""
    points = sa.select(Telecom.value).join(Contact, Contact.id == Telecom.contact_id)
    restricted = sa.or_(Contact.confidentiality > FREE, Telecom.confidentiality > FREE)
    return set(db.session().scalars(points.where(Contact.establishment_finess == finess, restricted)))


def names_behind(references: Iterable[str | None]) -> dict[str, str]:
    """The name of whom each `person:<id>` or `request:<id>` stands for: two statements at most."""
    wanted: dict[str, set[uuid.UUID]] = {"person": set(), "request": set()}
    for reference in filter(None, references):
        noun, _, key = reference.partition(":")
        if noun in wanted:
            wanted[noun].add(uuid.UUID(key))
    found: dict[str, str] = {}
    if wanted["person"]:
        people = db.session().scalars(sa.select(Person).where(Person.id.in_(wanted["person"])))
        found |= {f"person:{person.id}": person.full_name for person in people}
    if wanted["request"]:
        asked = db.session().scalars(sa.select(Request).where(Request.id.in_(wanted["request"])))
        found |= {f"request:{request.id}": request.full_name for request in asked}
    return found


def labels_for(values: Iterable[Mapping[str, object] | None]) -> dict[str, dict[str, str]]:
    """Every nomenclature, and the names of the communes that these boxes hold: two statements."""
    insees: set[str] = set()
    for told in values:
        communes = (told or {}).get("communes")
        insees.update(communes if isinstance(communes, list) else ())
    names = sa.select(Commune.insee, Commune.name).where(Commune.insee.in_(insees))
    return every_label(*WORDED) | {"COG": dict(db.session().execute(names).all()) if insees else {}}


def _shown(concealed: Concealed) -> sa.ColumnElement[bool]:
    """A box of the establishment, or of a unit that is not, and was not then, sensitive."""
    hidden = [
        RevisionBox.sheet == sheet
        if last is None
        else sa.and_(RevisionBox.sheet == sheet, sa.literal(last) >= Revision.number)
        for sheet, last in concealed.items()
    ]
    return sa.not_(sa.or_(*hidden)) if hidden else sa.true()


def _boxes(ids: list[uuid.UUID], concealed: Concealed) -> dict[uuid.UUID, list[RevisionBox]]:
    rows = db.session().scalars(
        sa.select(RevisionBox)
        .join(Revision, Revision.id == RevisionBox.revision_id)
        .where(RevisionBox.revision_id.in_(ids), _shown(concealed))
        .order_by(RevisionBox.sheet, RevisionBox.box)
    )
    found: dict[uuid.UUID, list[RevisionBox]] = {}
    for row in rows:
        found.setdefault(row.revision_id, []).append(row)
    return found
