"""The tree of the répertoire: branches with their counts, a page of what hangs on one, what a filter leaves.

Only what is asked is read: the CPTS, or the structures of the boxes ticked; a country of them is counted by the
database and read a page at a time.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.models import Commune, Establishment, EstablishmentAlias, Favourite, LegalEntity, Unit
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.policies.scopes import scope
from app.queries.directory_axes import OVERSEAS, Axis
from app.search.documents import ESTABLISHMENT, UNIT
from app.search.engine import engine_of
from app.search.question import Question

PER_BRANCH = 25
PER_ANSWER = 50
"""Structures a page of what the filter finds holds."""
MOST_UNITS = 500


@dataclass(frozen=True)
class Wanted:
    """What the tree is to hold. `question`: None when nothing is typed; `places`: départements that it names."""

    categories: frozenset[str]
    axis: Axis
    question: Question | None = None
    places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Branch:
    key: str
    label: str
    count: int


@dataclass(slots=True)
class Structure:
    """An establishment in the tree, with its legal entity. `branch`: the key of what it hangs on."""

    branch: str
    finess: str
    name: str
    city: str | None
    category_code: str
    category_label: str
    entity_finess: str | None
    entity_name: str | None
    has_president: bool
    units_count: int
    units: list[Unit] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)

    @property
    def establishment_finess(self) -> str:
        return self.finess


def branches(wanted: Wanted, page: int = 1) -> tuple[list[Branch], int]:
    """Those that hold something, sorted, and how many pages they make: one statement, or two when there are pages."""
    axis = wanted.axis
    counted = axis.joined(_held(sa.select(axis.key, sa.func.min(axis.label), sa.func.count()), wanted)).group_by(
        axis.key
    )
    if axis.labelled_here:
        found = [Branch(key, axis.name(key, label), count) for key, label, count in db.session().execute(counted)]
        return sorted(found, key=lambda branch: axis.order(branch.label)), 1
    keys = sa.select(sa.func.count(sa.distinct(axis.key))).select_from(Establishment)
    distinct = axis.joined(_held(keys, wanted))
    pages = _pages(db.session().scalar(distinct) or 0, PER_ANSWER)
    ordered = counted.order_by(axis.unknown, sa.func.lower(sa.func.min(axis.label)), axis.key)
    window = ordered.limit(PER_ANSWER).offset((min(page, pages) - 1) * PER_ANSWER)
    return [Branch(key, axis.name(key, label), count) for key, label, count in db.session().execute(window)], pages


def _by_departement(wanted: Wanted, within: Mapping[str, str]) -> list[Branch]:
    code = Establishment.departement
    found: Counter[str] = Counter()
    for departement, count in db.session().execute(_held(sa.select(code, sa.func.count()), wanted).group_by(code)):
        found[within.get(departement, OVERSEAS)] += count
    axis = wanted.axis
    listed = [Branch(key, axis.name(key, None), count) for key, count in found.items()]
    return sorted(listed, key=lambda branch: axis.order(branch.label))


def branches_of(wanted: Wanted, keys: Collection[str]) -> list[Branch]:
    """Those of these keys, in no order: one statement."""
    axis = wanted.axis
    counts = sa.select(axis.key, sa.func.min(axis.label), sa.func.count()).select_from(Establishment)
    counted = axis.joined(_held(counts, wanted)).where(axis.key.in_(sorted(keys))).group_by(axis.key)
    return [Branch(key, axis.name(key, label), count) for key, label, count in db.session().execute(counted)]


def total(wanted: Wanted) -> int:
    return db.session().scalar(_held(sa.select(sa.func.count()).select_from(Establishment), wanted)) or 0


def on_branch(wanted: Wanted, actor: Actor, key: str, page: int) -> tuple[list[Structure], int, int]:
    """A page of what hangs on a branch, the page it is, how many there are: two statements."""
    axis = wanted.axis
    here = axis.joined(_held(sa.select(sa.func.count()).select_from(Establishment), wanted)).where(axis.at(key))
    pages = _pages(db.session().scalar(here) or 0, PER_BRANCH)
    page = min(max(1, page), pages)
    statement = _lines(wanted, actor).where(axis.at(key)).order_by(*_by_name())
    return _structures(statement.limit(PER_BRANCH).offset((page - 1) * PER_BRANCH)), page, pages


def page_holding(wanted: Wanted, key: str, finess: str) -> int:
    """The page of a branch on which a structure stands; the first when it is not there."""
    axis = wanted.axis
    name = sa.select(sa.func.lower(Establishment.name)).where(Establishment.finess == finess).scalar_subquery()
    before = sa.tuple_(sa.func.lower(Establishment.name), Establishment.finess) < sa.tuple_(name, sa.literal(finess))
    counted = axis.joined(_held(sa.select(sa.func.count()).select_from(Establishment), wanted))
    return (db.session().scalar(counted.where(axis.at(key), before)) or 0) // PER_BRANCH + 1


def found(wanted: Wanted, actor: Actor, order: Sequence[str], page: int) -> list[Structure]:
    """A page of what the filter leaves, branch by branch: in that order of keys, else in that of labels."""
    axis = wanted.axis
    ranks = {key: rank for rank, key in enumerate(order)}
    by_branch = sa.case(ranks, value=axis.key, else_=len(ranks)) if ranks else sa.func.lower(axis.label)
    statement = _lines(wanted, actor).order_by(axis.unknown, by_branch, axis.key, *_by_name())
    return _structures(statement.limit(PER_ANSWER).offset((page - 1) * PER_ANSWER))


def structure(finess: str, wanted: Wanted, actor: Actor) -> Structure | None:
    rows = _structures(_lines(wanted, actor).where(Establishment.finess == finess))
    return rows[0] if rows else None


def add_units(structures: Collection[Structure], actor: Actor) -> None:
    """The open units of these, for those who may see them: one statement."""
    by_finess = {structure.finess: structure for structure in structures}
    if not by_finess:
        return
    statement = sa.select(Unit).where(Unit.establishment_finess.in_(by_finess), *_visible(actor))
    for unit in db.session().scalars(statement.order_by(sa.func.lower(Unit.name), Unit.id).limit(MOST_UNITS)):
        by_finess[unit.establishment_finess].units.append(unit)


def add_aliases(structures: Collection[Structure]) -> None:
    """The other names they are found by: one statement."""
    by_finess = {structure.finess: structure for structure in structures}
    if not by_finess:
        return
    known = sa.select(EstablishmentAlias).where(EstablishmentAlias.finess.in_(by_finess))
    for alias in db.session().scalars(known.order_by(EstablishmentAlias.alias)):
        by_finess[alias.finess].aliases.append(alias.alias)


def favourites(account_id: uuid.UUID | None) -> frozenset[str]:
    """The structures that somebody keeps at hand."""
    if account_id is None:
        return frozenset()
    kept = sa.select(Favourite.finess).where(Favourite.account_id == account_id)
    return frozenset(db.session().scalars(kept))


def favourite_structures(actor: Actor, axis: Axis) -> list[Structure]:
    """Those of the actor, whatever their category, open or closed since."""
    kept = sa.select(Favourite.finess).where(Favourite.account_id == actor.account_id)
    statement = axis.joined(_columns(axis, actor)).where(Establishment.finess.in_(kept)).order_by(*_by_name())
    return _structures(statement)


# ── statements ──────────────────────────────────────────────────────────────


def open_now(model: Any) -> sa.ColumnElement[bool]:
    still: sa.ColumnElement[bool] = sa.or_(model.closed_on.is_(None), model.closed_on > clock.now().date())
    return still


def _held(statement: sa.Select[*tuple[Any, ...]], wanted: Wanted) -> sa.Select[*tuple[Any, ...]]:
    statement = statement.where(Establishment.category_code.in_(sorted(wanted.categories)), open_now(Establishment))
    return statement.where(_answering(wanted.question, wanted.places)) if wanted.question else statement


def _answering(question: Question, places: frozenset[str]) -> sa.ColumnElement[bool]:
    """What bears the words, by the search's own index of names, or one unit of it does, or its département."""
    if question.identifier:
        number = question.identifier
        return sa.or_(Establishment.finess == number, Establishment.legal_entity_finess == number)
    if not question.words:
        return sa.false()
    engine = engine_of(db.session().connection())
    unit_refs = engine.named(UNIT, question.expression).subquery()
    of_units = sa.select(Unit.establishment_finess).where(Unit.id.in_(sa.select(sa.cast(unit_refs.c.ref, sa.Integer))))
    return sa.or_(
        Establishment.finess.in_(engine.named(ESTABLISHMENT, question.expression)),
        Establishment.finess.in_(of_units),
        Establishment.departement.in_(sorted(places)),
    )


def _lines(wanted: Wanted, actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    return wanted.axis.joined(_held(_columns(wanted.axis, actor), wanted))


def _columns(axis: Axis, actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    units = sa.select(sa.func.count()).where(Unit.establishment_finess == Establishment.finess, *_visible(actor))
    return (
        sa.select(
            axis.key,
            Establishment.finess,
            Establishment.name,
            sa.func.coalesce(Commune.name, Establishment.city),
            Establishment.category_code,
            Establishment.category_label,
            LegalEntity.finess,
            LegalEntity.name,
            Establishment.has_president,
            units.scalar_subquery(),
        )
        .select_from(Establishment)
        .outerjoin(Commune, Commune.insee == Establishment.commune_insee)
        .outerjoin(LegalEntity, LegalEntity.finess == Establishment.legal_entity_finess)
    )


def _visible(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """A sensitive unit is shown to those who manage it only."""
    insider = scope(Permission.MANDATE_READ_CHAIN, actor, Unit)
    return Unit.closed_on.is_(None), sa.or_(Unit.sensitive.is_(False), insider)


def _by_name() -> tuple[sa.ColumnElement[Any], ...]:
    return sa.func.lower(Establishment.name), sa.type_coerce(Establishment.finess, sa.String)


def _structures(statement: sa.Select[*tuple[Any, ...]]) -> list[Structure]:
    return [Structure(*row) for row in db.session().execute(statement)]


def _pages(count: int, size: int) -> int:
    return max(1, -(-count // size))
