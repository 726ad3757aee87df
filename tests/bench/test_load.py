"""What the bench loader puts into the tables keeps the promises of the schema; all that may be published is; what the
made-up queries are about is there."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import Affiliation, Base, Person, Publication, PublicationMark, PublicationTerm, Request, Unit
from app.models.guards import missing_guards
from app.search.index import rebuild
from app.usecases.publications import mark_everything, project_publications
from bench import president
from bench.load import UNIT_WITH_500, busy_cpts, crowd, load
from bench.portal import Portal, imports
from bench.publish import publish
from bench.queries import Country, golden
from bench.registers import write_registers
from bench.scales import SCALES
from tests.support.client import Visitor

pytestmark = pytest.mark.slow
COUNTRY = Country(SCALES["small"].part(0.03))
SCALE = COUNTRY.scale
PUBLISHED = (
    sa.select(Publication.kind, Publication.key, Publication.establishment_finess, Publication.departement),
    sa.select(PublicationTerm.kind, PublicationTerm.field, PublicationTerm.term, PublicationTerm.key),
)


def test_a_load_breaks_no_key_and_publishes_each_listed_person(app: Flask, client: Visitor, tmp_path: Path) -> None:
    files = write_registers(SCALE, tmp_path)
    for words in imports(files):
        assert app.test_cli_runner().invoke(args=["import", *map(str, words)]).exit_code == 0
    portal = Portal(let_go(app), tmp_path)
    load(portal.url, SCALE)
    president.seat(portal, SCALE)
    check_president(client)
    with app.app_context():
        check_rows(db.session())
        check_queries(db.session())
        published = project(db.session())
    publish(let_go(app))
    with app.app_context():
        assert read_published(db.session()) == published, "in SQL as by the projector"


def check_rows(session: Session) -> None:
    waiting = crowd(SCALE)
    assert orphans(session) == []
    assert missing_guards(session.connection()) == set()
    assert total(session, Unit) == SCALE.units
    assert total(session, Affiliation) == SCALE.listed
    assert total(session, Affiliation, Affiliation.unit_id == UNIT_WITH_500) == waiting
    assert total(session, Request, Request.status == "submitted") == waiting
    assert total(session, Request) == SCALE.listed + waiting + 1, "the presidency too"
    assert total(session, Person) == SCALE.listed + 2, "the agent and the president too"


def read_published(session: Session) -> list[set[sa.Row[tuple[str, ...]]]]:
    return [set(session.execute(statement).all()) for statement in PUBLISHED]


def project(session: Session) -> list[set[sa.Row[tuple[str, ...]]]]:
    """What the projector finds, which is then forgotten."""
    mark_everything()
    while project_publications():
        pass
    assert total(session, PublicationMark) == 0
    found = read_published(session)
    assert {kind for kind, *_ in found[0]} == {"ej", "eg", "uo", "lieu", "role", "pro"}
    session.execute(sa.delete(Publication))
    session.execute(sa.delete(PublicationTerm))
    session.commit()
    return found


def check_queries(session: Session) -> None:
    """What is relevant is in the index, under that id and that name."""
    rebuild(session)
    relevant = {one for query in golden(COUNTRY, each=8) for one in query.relevant}
    kinds = sa.text("SELECT kind, ref FROM search_document")
    held = {(("etablissement", "unite", "professionnel")[kind], ref) for kind, ref in session.execute(kinds)}
    assert len(relevant) > 30
    assert relevant <= held


def check_president(client: Visitor) -> None:
    """The account that benchmarks sign in with."""
    client.get("/connexion")
    client.submit("main form[method=post]", email=president.EMAIL, password=president.PASSWORD)
    inbox = client.get(f"/etablissements/{busy_cpts(SCALE)}/demandes")
    assert f"{crowd(SCALE)} à traiter" in inbox.title


def let_go(app: Flask) -> str:
    """The database as the loader is told it; the file of SQLite is for the loader alone."""
    with app.app_context():
        url = db.engine().url
        db.engine().dispose()
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}"
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def total(session: Session, what: object, *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(what).where(*where)) or 0


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
