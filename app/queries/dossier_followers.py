"""Who is told what becomes of a dossier, and in which words its fields are named."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from app import clock, db
from app.domain.dossier_reviews import Decision
from app.domain.mandates import GRACE
from app.domain.sheets.catalogue import BOXES, SheetKind, find_box
from app.models import LIVING, Account, Dossier, DossierBox, DossierComment, DossierSheet, Mandate, Person, Unit
from app.models.office import effective, keeps_pages

SET_ONCE = "type_code"
"""Of a unit: published once, when it is created (RG_EXP_010)."""


@dataclass(frozen=True, slots=True)
class Follower:
    email: str
    name: str
    account_id: uuid.UUID


@dataclass(slots=True)
class Named:
    """Fields of one sheet, by their labels in the order of the sheet, with what was said of each.

    `name` of the unit, None: the establishment's. `created`: the unit is new, its fields are not told one by one.
    """

    name: str | None
    created: bool = False
    fields: list[tuple[str, str | None]] = field(default_factory=list)


def followers_of(dossier: Dossier) -> list[Follower]:
    """Those in office, and those who wrote in it and still keep the pages: one statement."""
    sheets = sa.select(DossierSheet.id).where(DossierSheet.dossier_id == dossier.id)
    wrote = sa.or_(
        Account.id.in_([dossier.created_by_account_id]),
        Account.id.in_(sa.select(DossierBox.updated_by_account_id).where(DossierBox.sheet_id.in_(sheets))),
        Account.id.in_(sa.select(DossierSheet.finalised_by_account_id).where(DossierSheet.dossier_id == dossier.id)),
    )
    keeps = keeps_pages(Mandate, clock.now() - GRACE)
    rows = db.session().execute(
        sa.select(Account.email, Person, Account.id)
        .join(Person, Person.id == Account.person_id)
        .join(Mandate, Mandate.person_id == Account.person_id)
        .where(Mandate.establishment_finess == dossier.establishment_finess, Account.status.in_(LIVING))
        .where(sa.or_(effective(Mandate), sa.and_(keeps, wrote)))
        .order_by(Account.email)
    )
    found = [Follower(email, person.full_name, id_) for email, person, id_ in rows]
    return list(dict.fromkeys(found))


def published_fields(paths: Iterable[str]) -> list[Named]:
    """Of `uo-12/zone/communes`, sheet by sheet: one statement."""
    told = sorted(paths, key=_rank)
    units = {int(path[3:].partition("/")[0]) for path in told if path.startswith("uo-")}
    names = dict(db.session().execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(units))).all())
    found: dict[str, Named] = {}
    for path in told:
        sheet, box, key = path.split("/")
        kind = SheetKind(sheet[:2])
        named = found.setdefault(sheet, Named(names.get(int(sheet[3:]), "") if kind is SheetKind.UO else None))
        named.created = named.created or key == SET_ONCE
        named.fields.append((_label(kind, box, key), None))
    return list(found.values())


def returned_fields(dossier: Dossier, paths: Iterable[str], round_: int) -> list[Named]:
    """Of `1/zone/communes`, sheet by sheet, with the remark of that round: three statements."""
    session = db.session()
    sheets = {
        str(sheet.position): sheet
        for sheet in session.scalars(sa.select(DossierSheet).where(DossierSheet.dossier_id == dossier.id))
    }
    offers = sa.select(DossierBox.sheet_id, DossierBox.values).where(
        DossierBox.sheet_id.in_([sheet.id for sheet in sheets.values()]), DossierBox.box == "offre"
    )
    names = {sheet_id: values.get("name") for sheet_id, values in session.execute(offers)}
    said = {
        (row.sheet_id, row.box, row.field): row.body
        for row in session.scalars(
            sa.select(DossierComment)
            .where(DossierComment.dossier_id == dossier.id, DossierComment.round == round_)
            .where(DossierComment.decision == Decision.RETURN)
            .order_by(DossierComment.at)
        )
    }
    found: dict[str, Named] = {}
    for path in paths:
        position, box, key = path.split("/")
        if (sheet := sheets.get(position)) is None:
            continue
        named = found.setdefault(position, Named(names.get(sheet.id) if sheet.kind == SheetKind.UO else None))
        named.fields.append((_label(SheetKind(sheet.kind), box, key), said.get((sheet.id, box, key))))
    return list(found.values())


def _label(kind: SheetKind, box: str, key: str) -> str:
    described = find_box(kind, box)
    return described.field(key).label if described else key


def _rank(path: str) -> tuple[bool, str, int, int]:
    """The establishment first, each sheet in its own order."""
    sheet, box, key = path.split("/")
    boxes = BOXES[SheetKind(sheet[:2])]
    place = next((n for n, one in enumerate(boxes) if one.key == box), len(boxes))
    fields = [one.key for one in boxes[place].fields] if place < len(boxes) else []
    return sheet.startswith("uo"), sheet, place, fields.index(key) if key in fields else 0
