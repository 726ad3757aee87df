"""Several reads in one statement say what each would say alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import db
from app.models import Commune, Establishment, Mandate, Unit, UnitCommune, effective
from app.queries.together import Together
from tests import personas
from tests.personas import Personas
from tests.support.statements import recorded

HERE = sa.bindparam("finess")
PARTS = {
    "communes": sa.select(Commune.insee, Commune.name, Commune.population).order_by(Commune.name.desc()),
    "two": sa.select(Commune.insee).order_by(Commune.insee).limit(2),
    "held": sa.select(sa.func.count().label("total")).where(UnitCommune.unit_id.in_(sa.select(Unit.id))),
    "officers": sa.select(
        Mandate.id, Mandate.role, Mandate.started_at, Mandate.term_ends_at, effective(Mandate).label("works")
    )
    .where(Mandate.establishment_finess == HERE)
    .order_by(Mandate.started_at),
    "none": sa.select(Establishment.opened_on, Establishment.latitude).where(Establishment.finess == "000000000"),
}


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def test_each_part_says_what_it_says_alone_in_its_own_order(session: Session, people: Personas) -> None:
    asked = {"finess": people.comtat.finess}
    with recorded(db.engine()) as statements:
        read = Together(**PARTS).read(**asked)
    assert len(statements.counted()) == 1
    alone = {name: [tuple(row) for row in session.execute(part, asked)] for name, part in PARTS.items()}
    assert {name: [tuple(row) for row in rows] for name, rows in read.items()} == alone
    assert len(alone["communes"]) > 2
    assert len(alone["officers"]) == 3
    assert all(row.works for row in read["officers"])


def test_what_is_not_written_yet_is_read(session: Session, people: Personas) -> None:
    people.comtat.unit.name = "Nouveau nom"
    read = Together(names=sa.select(Unit.name).where(Unit.id == sa.bindparam("id"))).read(id=people.comtat.unit.id)
    assert [row.name for row in read["names"]] == ["Nouveau nom"]
