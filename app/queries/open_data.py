"""The CPTS that open data gives, in order and in chunks; what changed in them; how many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import db
from app.domain.open_records import Record
from app.domain.published import Kind
from app.models import Commune, Establishment, Publication, SheetBox, Unit, UnitCommune
from app.models.establishment import CPTS_CATEGORY
from app.queries.open_records import read_records
from app.queries.published_scope import open_establishment, served_unit

CHUNK = 50
"""CPTS read at a time: what a download holds in memory."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a file holds now. `dated`: when any of it last changed or was last verified. `rows`: of publications."""

    dated: datetime | None
    rows: int

    @property
    def stamp(self) -> str:
        """Another one whenever the file may differ."""
        return f"{self.dated.timestamp():.6f}-{self.rows}" if self.dated else "0"


@dataclass(frozen=True, slots=True)
class Count:
    """Of a département: open CPTS, and those of them that are published."""

    departement: str
    known: int
    published: int


def edition(departements: Collection[str]) -> Edition:
    """Two statements."""
    told = _told_of(departements).subquery()
    rows, changed = db.session().execute(sa.select(sa.func.count(), sa.func.max(told.c.updated_at))).one()
    theirs = sa.select(Establishment.finess).where(*_cpts(departements))
    checked = sa.select(sa.func.max(SheetBox.verified_at)).where(SheetBox.establishment_finess.in_(theirs))
    verified = db.session().scalar(checked)
    return Edition(max((at for at in (changed, verified) if at), default=None), rows)


def records(departements: Collection[str]) -> Iterator[Record]:
    """Of every published CPTS, by FINESS. No transaction is held between two chunks: a reader may be slow."""
    last = ""
    while found := _after(departements, last):
        last = found[-1]
        read = read_records(found)
        db.session().rollback()
        yield from read.values()


def counts(departements: Collection[str]) -> dict[str, Count]:
    """By département: one statement."""
    served = sa.and_(Publication.kind == Kind.ESTABLISHMENT.value, Publication.gone_at.is_(None))
    rows = db.session().execute(
        sa.select(Establishment.departement, sa.func.count(), sa.func.count(Publication.key))
        .outerjoin(Publication, sa.and_(Publication.key == Establishment.finess, served))
        .where(*_cpts(departements))
        .where(open_establishment())
        .group_by(Establishment.departement)
    )
    return {code: Count(code, known, published) for code, known, published in rows}


def example(departements: Collection[str]) -> tuple[str, str] | None:
    """INSEE code and name of the largest commune that a CPTS of there serves: one statement."""
    served = (
        sa.select(Commune.insee, Commune.name)
        .join(UnitCommune, UnitCommune.insee == Commune.insee)
        .join(Unit, Unit.id == UnitCommune.unit_id)
        .join(Establishment, Establishment.finess == Unit.establishment_finess)
        .where(served_unit(), Commune.departement.in_(departements), Establishment.category_code == CPTS_CATEGORY)
        .order_by(sa.func.coalesce(Commune.population, 0).desc(), Commune.insee)
    )
    row = db.session().execute(served.limit(1)).first()
    return (row[0], row[1]) if row else None


def _after(departements: Collection[str], last: str) -> list[str]:
    """The next FINESS of published CPTS, in order."""
    return list(
        db.session().scalars(
            sa.select(Publication.key)
            .join(Establishment, Establishment.finess == Publication.key)
            .where(Publication.kind == Kind.ESTABLISHMENT.value, Publication.gone_at.is_(None))
            .where(*_cpts(departements))
            .where(Publication.key > last)
            .order_by(Publication.key)
            .limit(CHUNK)
        )
    )


def _cpts(departements: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return (Establishment.category_code == CPTS_CATEGORY, Establishment.departement.in_(departements))


def _told_of(departements: Collection[str]) -> sa.CompoundSelect[datetime]:
    """When changed the publications that a record is made of: of the CPTS, its units and places, and its entité
    juridique. One list of both, for a « or » would have every publication read."""
    cpts = _cpts(departements)
    kinds = (Kind.ESTABLISHMENT.value, Kind.UNIT.value, Kind.PLACE.value)
    theirs = sa.select(Establishment.finess).where(*cpts)
    entities = sa.select(Establishment.legal_entity_finess).where(*cpts)
    changed = sa.select(Publication.updated_at)
    return sa.union_all(
        changed.where(Publication.kind.in_(kinds), Publication.establishment_finess.in_(theirs)),
        changed.where(Publication.kind == Kind.ENTITY.value, Publication.key.in_(entities)),
    )
