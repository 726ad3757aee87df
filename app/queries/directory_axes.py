"""What the branches of the répertoire are: départements, territories, legal entities, types of structure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import db
from app.domain.directory import Grouping
from app.domain.territories import DEPARTEMENTS, REGIONS, departement_name
from app.models import CommuneGrouping, Establishment, GroupingMember, LegalEntity

Statement = sa.Select[*tuple[Any, ...]]
NONE = "sans"
"""Key of the branch of what has no legal entity, no territory."""
OVERSEAS = "outre-mer"


def _no_join(statement: Statement) -> Statement:
    return statement


def _lower(label: str) -> str:
    return label.casefold()


@dataclass(frozen=True)
class Axis:
    """`labelled_here`: the label comes from the key, and there are few enough to be on one page."""

    grouping: Grouping
    key: sa.ColumnElement[str]
    label: sa.ColumnElement[Any]
    name: Callable[[str, Any], str]
    code: str
    """Of the legend: what a branch is."""
    joined: Callable[[Statement], Statement] = _no_join
    labelled_here: bool = True
    order: Callable[[str], str] = _lower
    within: dict[str, str] | None = None
    """Département → key, when a branch is made of départements: the database then counts by a column of its own."""

    def at(self, key: str) -> sa.ColumnElement[bool]:
        """What hangs on that branch."""
        if self.within is None:
            return self.key == key
        of_branch = [code for code, branch in self.within.items() if branch == key]
        if key == OVERSEAS:
            return Establishment.departement.not_in(self.within)
        return Establishment.departement.in_(of_branch)

    @property
    def unknown(self) -> sa.ColumnElement[bool]:
        """What hangs on nothing known comes last."""
        return self.key == _word(NONE)


def axis_of(grouping: Grouping, *, order: Callable[[str], str]) -> Axis:
    """`order`: alphabetical order for people. One statement for a territory: an EPCI when they are loaded."""
    if grouping is Grouping.TERRITORY:
        loaded = sa.select(CommuneGrouping.code).where(CommuneGrouping.kind == "epci").limit(1)
        return _epci() if db.session().scalar(loaded) else _region(order)
    if grouping is Grouping.ENTITY:
        return _entity()
    if grouping is Grouping.TYPE:
        return Axis(grouping, _text(Establishment.category_code), _text(Establishment.category_label), _second, "")
    code = _text(Establishment.departement)
    return Axis(Grouping.DEPARTEMENT, code, code, _departement, "DF", order=order)


def _region(order: Callable[[str], str]) -> Axis:
    within = {code: known.region for code, known in DEPARTEMENTS.items()}
    of_region = ((Establishment.departement == _word(code), _word(region)) for code, region in within.items())
    key: sa.ColumnElement[str] = sa.case(*of_region, else_=_word(OVERSEAS))
    return Axis(Grouping.TERRITORY, key, key, _region_name, "", order=order, within=within)


def _epci() -> Axis:
    key: sa.ColumnElement[str] = sa.func.coalesce(CommuneGrouping.code, _word(NONE))
    label = sa.func.coalesce(CommuneGrouping.name, _word(""))
    return Axis(Grouping.TERRITORY, key, label, _or_none("Territoire non connu"), "", _with_epci, labelled_here=False)


def _entity() -> Axis:
    key: sa.ColumnElement[str] = sa.func.coalesce(Establishment.legal_entity_finess, _word(NONE))
    owner = aliased(LegalEntity)
    label = sa.func.coalesce(owner.name, _word(""))

    def joined(statement: Statement) -> Statement:
        return statement.outerjoin(owner, owner.finess == Establishment.legal_entity_finess)

    return Axis(Grouping.ENTITY, key, label, _or_none("Entité juridique non connue"), "EJ", joined, labelled_here=False)


def _with_epci(statement: Statement) -> Statement:
    in_epci = sa.and_(GroupingMember.insee == Establishment.commune_insee, GroupingMember.kind == "epci")
    same = sa.and_(CommuneGrouping.code == GroupingMember.code, CommuneGrouping.kind == "epci")
    return statement.outerjoin_from(Establishment, GroupingMember, in_epci).outerjoin(CommuneGrouping, same)


def _departement(code: str, _label: Any) -> str:
    name = departement_name(code)
    return f"{name} ({code})" if name else code


def _region_name(code: str, _label: Any) -> str:
    return REGIONS.get(code, "Collectivités d’outre-mer")


def _second(_key: str, label: Any) -> str:
    return str(label)


def _or_none(sentence: str) -> Callable[[str, Any], str]:
    return lambda key, label: sentence if key == NONE else str(label)


def _word(text: str) -> sa.ColumnElement[str]:
    """One of our own codes, written out: PostgreSQL groups by an expression only when it is the same to the letter."""
    return sa.literal_column(f"'{text}'", sa.String)


def _text(column: Any) -> sa.ColumnElement[str]:
    named: sa.ColumnElement[str] = column
    return named
