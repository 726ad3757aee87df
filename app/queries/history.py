"""What was published of a CPTS, and when: its revisions, newest first, a page at a time, in a few statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import db
from app.domain.sheets.words import WORDED
from app.models import Account, Commune, Contact, Person, Request, Revision, RevisionBox, Telecom, Unit
from app.queries.nomenclatures import CODES_PART, labels_of
from app.queries.together import Parts, Together

PER_PAGE = 20
LAST_PAGE = 10**6
"""Further than any history goes, and as far as one is looked for."""
FREE = 1
Labels = dict[str, dict[str, str]]

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
    """`labels`: words of the codes and communes that these lines hold."""

    lines: list[Line]
    total: int
    page: int
    pages: int
    labels: Labels


def history(finess: str, *, page: int, concealed: Concealed | None = None, by: uuid.UUID | None = None) -> History:
    """`concealed`: given for the public, who sees nothing of a unit while it is sensitive. `by`: one author's.

    Three statements; four for a page that is not there.
    """
    wanted = [Revision.establishment_finess == finess]
    if by is not None:
        wanted.append(Revision.account_id == by)
    if concealed is not None:
        wanted.append(sa.exists().where(RevisionBox.revision_id == Revision.id, _shown(concealed)))
    rows = _page(wanted, page)
    if not rows and page > 1:
        page = _last_page(wanted)
        rows = _page(wanted, page)
    total = rows[0].total if rows else 0
    boxes = _boxes([row.Revision.id for row in rows], concealed or {})
    names, labels = _words_of([row.Revision.on_behalf_of for row in rows], boxes)
    lines = [
        Line(
            row.Revision,
            row.author,
            names.get(row.Revision.on_behalf_of or ""),
            row.restored,
            boxes.get(row.Revision.id, []),
        )
        for row in rows
    ]
    return History(lines, total, max(1, page), max(1, -(-total // PER_PAGE)), labels)


def _page(wanted: list[sa.ColumnElement[bool]], page: int) -> Sequence[Any]:
    restored = aliased(Revision)
    skipped = min(max(0, page - 1), LAST_PAGE) * PER_PAGE
    return (
        db.session()
        .execute(
            sa.select(
                Revision,
                Person.full_name.label("author"),
                restored.number.label("restored"),
                sa.func.count().over().label("total"),
            )
            .outerjoin(Account, Account.id == Revision.account_id)
            .outerjoin(Person, Person.id == Account.person_id)
            .outerjoin(restored, restored.id == Revision.restores_id)
            .where(*wanted)
            .order_by(Revision.number.desc())
            .limit(PER_PAGE)
            .offset(skipped)
        )
        .all()
    )


def _last_page(wanted: list[sa.ColumnElement[bool]]) -> int:
    total = db.session().scalar(sa.select(sa.func.count()).select_from(Revision).where(*wanted)) or 0
    return max(1, -(-total // PER_PAGE))


# ── what it is read with ────────────────────────────────────────────────────

_HERE: sa.BindParameter[str] = sa.bindparam("finess")
_BOXES_HERE = sa.select(RevisionBox.sheet).join(Revision, Revision.id == RevisionBox.revision_id)
_BOXES_HERE = _BOXES_HERE.where(Revision.establishment_finess == _HERE)
_IS_UNIT = RevisionBox.sheet.like("uo-%")
_TOLD_UNITS = _BOXES_HERE.where(_IS_UNIT).with_only_columns(
    sa.case((_IS_UNIT, sa.cast(sa.func.substr(RevisionBox.sheet, 4), sa.Integer)))
)
_UNITS = sa.select(Unit.id, Unit.name, Unit.sensitive)
_UNIT_PARTS: Parts = {
    "own_units": _UNITS.where(Unit.establishment_finess == _HERE),
    "told_units": _UNITS.where(Unit.id.in_(_TOLD_UNITS)),
}
_FOR_PUBLIC = Together(
    **_UNIT_PARTS,
    offers=_BOXES_HERE.where(RevisionBox.box == "offre")
    .add_columns(RevisionBox.before, RevisionBox.after, Revision.number)
    .order_by(Revision.number),
    restricted=sa.select(Telecom.value)
    .join(Contact, Contact.id == Telecom.contact_id)
    .where(Contact.establishment_finess == _HERE)
    .where(sa.or_(Contact.confidentiality > FREE, Telecom.confidentiality > FREE)),
)
_FOR_INSIDERS = Together(
    **_UNIT_PARTS,
    authors=sa.select(Account.id, Person.full_name.label("name"))
    .join(Person, Person.id == Account.person_id)
    .where(sa.exists().where(Revision.account_id == Account.id, Revision.establishment_finess == _HERE))
    .order_by(sa.func.lower(Person.family_name), sa.func.lower(Person.given_name), Account.id),
)


@dataclass(frozen=True, slots=True)
class Background:
    """`units`: sheet of each unit that is or was of this CPTS → its name today. `authors`: those who published
    something, by name, for insiders. `concealed`, `restricted`: for the public; the latter are numbers and addresses
    that it may not see any more, wherever they were once shown."""

    units: dict[str, str]
    authors: list[tuple[uuid.UUID, str]]
    concealed: Concealed | None = None
    restricted: frozenset[str] = frozenset()


def background(finess: str, *, insider: bool) -> Background:
    """One statement."""
    rows = (_FOR_INSIDERS if insider else _FOR_PUBLIC).read(finess=finess)
    units = [*rows["own_units"], *rows["told_units"]]
    names = {f"uo-{unit.id}": unit.name for unit in units}
    if insider:
        return Background(names, [(row.id, row.name) for row in rows["authors"]])
    sensitive = dict.fromkeys((f"uo-{unit.id}" for unit in units if unit.sensitive), None)
    return Background(
        names, [], _once_concealed(rows["offers"]) | sensitive, frozenset(row.value for row in rows["restricted"])
    )


def _once_concealed(offers: Iterable[Any]) -> dict[str, int | None]:
    """Units that were sensitive at some time, whatever became of them."""
    return {
        row.sheet: row.number for row in offers if row.after.get("sensitive") or (row.before or {}).get("sensitive")
    }


def unit_names(finess: str) -> dict[str, str]:
    """Sheet of each unit that is or was of this CPTS → its name today: one statement."""
    return background(finess, insider=True).units


# ── words ───────────────────────────────────────────────────────────────────

_LABEL_PARTS: Parts = {
    "codes": CODES_PART,
    "communes": sa.select(Commune.insee, Commune.name).where(Commune.insee.in_(sa.bindparam("insees", expanding=True))),
}
_LABELS = Together(**_LABEL_PARTS)
_WORDS = Together(
    **_LABEL_PARTS,
    people=sa.select(Person.id, Person.full_name.label("name")).where(
        Person.id.in_(sa.bindparam("people", expanding=True))
    ),
)


def labels_for(values: Iterable[Mapping[str, object] | None]) -> Labels:
    """Every nomenclature, and the names of the communes that these boxes hold: one statement."""
    return _labels(_LABELS.read(systems=WORDED, insees=_insees(values)))


def _words_of(
    behalf: Iterable[str | None], boxes: Mapping[uuid.UUID, list[RevisionBox]]
) -> tuple[dict[str, str], Labels]:
    """The name of whom each `person:<id>` or `request:<id>` stands for, and the labels: one statement, two with
    requests."""
    wanted: dict[str, set[uuid.UUID]] = {"person": set(), "request": set()}
    for reference in filter(None, behalf):
        noun, _, key = reference.partition(":")
        if noun in wanted:
            wanted[noun].add(uuid.UUID(key))
    values = [told for of_one in boxes.values() for row in of_one for told in (row.before, row.after)]
    rows = _WORDS.read(systems=WORDED, insees=_insees(values), people=list(wanted["person"]))
    names = {f"person:{row.id}": row.name for row in rows["people"]}
    if wanted["request"]:
        asked = db.session().scalars(sa.select(Request).where(Request.id.in_(wanted["request"])))
        names |= {f"request:{request.id}": request.full_name for request in asked}
    return names, _labels(rows)


def _labels(rows: Mapping[str, list[Any]]) -> Labels:
    return labels_of(WORDED, rows["codes"]) | {"COG": {row.insee: row.name for row in rows["communes"]}}


def _insees(values: Iterable[Mapping[str, object] | None]) -> list[str]:
    found: set[str] = set()
    for told in values:
        communes = (told or {}).get("communes")
        found.update(communes if isinstance(communes, list) else ())
    return list(found)


# ── boxes ───────────────────────────────────────────────────────────────────


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
