"""What the bench loader puts into the tables keeps the promises of the schema; all that may be published is."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import Affiliation, Base, Person, Publication, PublicationMark, Request, Unit
from app.usecases.publications import mark_everything, project_publications
from bench.load import load
from bench.registers import COMMUNES, ENTITIES, POSITIONS, PROFESSIONALS, ZONES, write_registers
from bench.scales import SCALES
from tests.support.backends import POSTGRES_ONLY

pytestmark = [pytest.mark.slow, POSTGRES_ONLY]
SCALE = SCALES["small"].part(0.03)


def test_a_load_breaks_no_key_and_publishes_each_listed_person(app: Flask, session: Session, tmp_path: Path) -> None:
    files = write_registers(SCALE, tmp_path)
    for command in (
        ["communes", files[COMMUNES]],
        ["finess", files[ENTITIES], files[POSITIONS]],
        ["zones", files[ZONES]],
        ["rpps", files[PROFESSIONALS]],
    ):
        assert app.test_cli_runner().invoke(args=["import", *map(str, command)]).exit_code == 0
    load(db.engine().url.set(drivername="postgresql").render_as_string(hide_password=False), SCALE)

    assert orphans(session) == []
    assert total(session, Unit) == SCALE.units
    assert total(session, Affiliation) == total(session, Request) == SCALE.listed
    assert total(session, Person) == SCALE.listed + 1, "the agent too"
    mark_everything()
    while project_publications():
        pass
    assert total(session, PublicationMark) == 0
    rows = session.execute(sa.select(Publication.kind, sa.func.count()).group_by(Publication.kind))
    published = dict(rows.all())
    assert (published["ej"], published["eg"]) == (SCALE.entities, SCALE.establishments)
    shown = sa.select(Unit).join(Affiliation, Affiliation.unit_id == Unit.id).where(Unit.sensitive.is_(False))
    assert 0.8 * SCALE.units < published["uo"] < SCALE.units, "neither sensitive nor incomplete ones"
    assert 0 < published["role"] == published["pro"] <= total(session, shown.subquery())


def total(session: Session, what: object) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(what)) or 0


def orphans(session: Session) -> list[str]:
    """Foreign keys that a row breaks: nothing checked them during the load."""
    broken = []
    for table in Base.metadata.tables.values():
        for key in table.foreign_key_constraints:
            ours, theirs = list(key.columns), [element.column for element in key.elements]
            other = key.referred_table.alias()
            meets = [mine == other.c[its.name] for mine, its in zip(ours, theirs, strict=True)]
            alone = sa.not_(sa.exists().where(*meets)) & sa.and_(*(mine.is_not(None) for mine in ours))
            if session.scalar(sa.select(sa.func.count()).select_from(table).where(alone)):
                broken.append(f"{table.name}: {key.name}")
    return broken
