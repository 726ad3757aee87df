"""What imports change of what a CPTS publishes is in its history, nothing else is; and they blank nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import Revision, RevisionBox, SheetBox, Unit
from app.queries.sheets import SheetRef, box_version, read_sheet
from tests.cli.test_import import COMMUNES, CPTS, ESTABLISHMENTS, FIXTURES
from tests.support.backends import SQLITE_ONLY
from tests.support.statements import recorded

ZONES = FIXTURES / "zones.csv"
Run = Callable[..., None]


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    def invoke(*args: object) -> None:
        session.commit()
        result = app.test_cli_runner().invoke(args=["import", *map(str, args)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        session.expire_all()

    return invoke


@pytest.fixture
def imported(run: Run) -> None:
    run("communes", COMMUNES)
    run("finess", ESTABLISHMENTS)
    run("zones", ZONES)


def revisions(session: Session) -> list[Revision]:
    return list(session.scalars(sa.select(Revision).order_by(Revision.number)))


def of_cpts(session: Session) -> list[Revision]:
    return [revision for revision in revisions(session) if revision.establishment_finess == CPTS]


def line(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The file of the establishments, a CPTS otherwise."""
    text = ESTABLISHMENTS.read_text(encoding="utf-8")
    lines = [one for one in text.splitlines() if CPTS in one or one.startswith("finess")]
    for before, after in changes:
        lines = [one.replace(before, after) for one in lines]
    path = tmp_path / "finess.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.usefixtures("imported")
def test_the_history_of_a_cpts_begins_with_its_register(session: Session) -> None:
    first, second = of_cpts(session)
    assert (first.source, first.account_id, first.reason) == ("import", None, f"Fichier {ESTABLISHMENTS.name}")
    boxes = {(row.sheet[:2], row.box): row for row in first.boxes}
    assert {box for kind, box in boxes if kind == "eg"} == {"coordonnees", "identite"}
    assert {"offre", "activites", "public"} <= {box for kind, box in boxes if kind == "uo"}
    assert {row.before for row in first.boxes} == {None}
    (zone,) = second.boxes
    assert (zone.box, zone.before, zone.version) == ("zone", {"communes": []}, 1)
    assert zone.after["communes"]


@pytest.mark.usefixtures("imported")
def test_an_import_that_changes_nothing_writes_nothing(session: Session, run: Run) -> None:
    before = len(revisions(session))
    run("finess", ESTABLISHMENTS)
    run("zones", ZONES)
    assert len(revisions(session)) == before


@pytest.mark.usefixtures("imported")
def test_only_what_a_cpts_publishes_is_remembered(session: Session) -> None:
    """The other establishments of the register are not described here."""
    places = {revision.establishment_finess for revision in revisions(session)}
    cpts = set(session.scalars(sa.select(Unit.establishment_finess)))
    assert places <= cpts


@pytest.mark.usefixtures("imported")
def test_a_changed_phone_is_a_revision_and_moves_the_version(session: Session, run: Run, tmp_path: Path) -> None:
    page = SheetRef(CPTS)
    known = read_sheet(page)["coordonnees"]
    national = "0" + known["phone"].removeprefix("+33")
    run("finess", line(tmp_path, (national, "0465719977"), ("2026-", "2027-")))
    last = of_cpts(session)[-1]
    (box,) = last.boxes
    assert (box.before, box.after) == (known, {**known, "phone": "+33465719977"})
    assert box_version(page, "coordonnees") == box.version == 1
    run("finess", line(tmp_path, (national, "0465719978"), ("2026-", "2027-")))
    assert box_version(page, "coordonnees") == 2


@pytest.mark.usefixtures("imported")
def test_a_blank_of_the_register_blanks_nothing(session: Session, run: Run, tmp_path: Path) -> None:
    page = SheetRef(CPTS)
    known, before = read_sheet(page), len(revisions(session))
    national = "0" + str(known["coordonnees"]["phone"]).removeprefix("+33")
    run("finess", line(tmp_path, (national, ""), ("2026-", "2027-")))
    assert read_sheet(page) == known
    assert len(revisions(session)) == before
    assert not session.scalars(sa.select(SheetBox).where(SheetBox.sheet == page.key)).all()


@SQLITE_ONLY
@pytest.mark.usefixtures("imported")
def test_remembering_takes_a_few_statements_whatever_the_file(app: Flask, run: Run) -> None:
    with app.app_context(), recorded(db.engine()) as statements:
        run("finess", ESTABLISHMENTS)
    asked = [said for said in statements if "revision" in said or "sheet_box" in said]
    assert asked == [], "nothing changed: nothing is asked"
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(RevisionBox))
