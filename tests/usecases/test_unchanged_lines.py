"""Lines known again are not read, and nobody can tell: the same tables, the same counts, the same index as reading all.

Files are drawn from lines that contradict each other (dates, names, an unknown commune, a bad phone, a long text, one
person in two places), and what was imported is changed by hand in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.domain.import_report import ImportReport, Outcome
from app.integrations.registers.loading import load_communes, load_finess, load_rpps
from app.models import (
    Commune,
    Establishment,
    EstablishmentAlias,
    LegalEntity,
    Professional,
    ProfessionalActivity,
    PublicationMark,
    Unit,
)
from app.search.tables import document
from app.usecases.registers.run import Import
from tests.support.backends import SQLITE_ONLY

FIXTURES = Path(__file__).parents[1] / "fixtures"
CLINIC, ENTITY, CPTS = "840000038", "840000020", "840000012"

_, CPTS_LINE, CLINIC_LINE, _ = (FIXTURES / "finess-etablissements.csv").read_text().splitlines()
ENTITY_LINE = (FIXTURES / "finess-entites-juridiques.csv").read_text().splitlines()[2]
POSITION = f"geolocalisation;{CLINIC};868000.0;6330000.0;1,ATLASANTE,96,BAN,EPSG:2154 RGF93;2026-05-04"
HEADER, *PEOPLE = (FIXTURES / "ps-libreacces.txt").read_text().splitlines()

FINESS = (
    CPTS_LINE,
    CPTS_LINE.replace("0465710001", "0465710009"),
    CLINIC_LINE,
    CLINIC_LINE.replace("0465710002", "0465710003"),
    CLINIC_LINE.replace("0465710002", "12"),
    CLINIC_LINE.replace("CLINIQUE", "HOPITAL").replace("2025-01-02", "2024-01-01"),
    CLINIC_LINE.replace("CLINIQUE", "MAISON").replace("2025-01-02", "2026-01-01"),
    CLINIC_LINE.replace(";080;84;", ";999;84;"),
    CLINIC_LINE.replace("MONTEUX", "M" * 90),
    CLINIC_LINE.replace(f";{ENTITY};", ";840000004;"),
    ENTITY_LINE,
    ENTITY_LINE.replace("SOCIÉTÉ", "COMPAGNIE"),
    POSITION,
    POSITION.replace("868000", "868500"),
    "structureet;84;;;",
)
RPPS = (
    *PEOPLE,
    PEOPLE[2].replace("CLINIQUE", "HÔPITAL"),
    PEOPLE[3].replace("ÉPREUVE", "ÉPREUVES"),
    PEOPLE[3].replace("84080", "8408"),
    PEOPLE[3].replace("10999800021", "10999800022"),
    PEOPLE[3].replace("MAËL", "M" * 130),
    PEOPLE[4].replace("|60|", "||"),
)
DAY = datetime(2025, 6, 1, tzinfo=UTC)

Edit = Callable[[Session], None]


def _of_clinic(**values: object) -> Edit:
    return lambda session: _done(
        session.execute(sa.update(Establishment).where(Establishment.finess == CLINIC).values(values))
    )


def _renamed(session: Session) -> None:
    """As app/usecases/renaming.py does."""
    clinic = session.get(Establishment, CLINIC, populate_existing=True)
    if clinic is not None and session.get(EstablishmentAlias, (CLINIC, clinic.name)) is None:
        session.add(EstablishmentAlias(finess=CLINIC, alias=clinic.name))
        clinic.name = "NOM CHOISI"
        session.flush()


def _commune_known(session: Session) -> None:
    if session.get(Commune, "84999") is None:
        session.add(Commune(insee="84999", name="Enfin", departement="84", region="93", kind="COM"))
        session.flush()


def _entity_renamed(session: Session) -> None:
    session.execute(sa.update(LegalEntity).where(LegalEntity.finess == ENTITY).values(name="AUTRE"))


def _done(_result: object) -> None:
    return None


EDITS: dict[str, Edit] = {
    "nothing": lambda _session: None,
    "phone": _of_clinic(phone="+33465719999"),
    "phone, checked": _of_clinic(phone="+33465719999", verified_at=DAY),
    "checked": _of_clinic(verified_at=DAY),
    "never checked": _of_clinic(verified_at=None),
    "dated": _of_clinic(register_updated_on=date(2020, 1, 1)),
    "position": _of_clinic(latitude=1.0, longitude=2.0),
    "entity left": _of_clinic(legal_entity_finess=None),
    "renamed": _renamed,
    "commune known": _commune_known,
    "entity renamed": _entity_renamed,
}


class Registers:
    """The importers on files made of these lines, in the transaction of the test, which nothing commits."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.folder = session, folder
        load_communes(Import(ImportReport()), main=FIXTURES / "communes.csv")

    def finess(self, lines: Sequence[str], *, again: bool = False) -> ImportReport:
        run = Import(ImportReport(), again=again)
        load_finess(run, [self._file("finess.csv", [ENTITY_LINE.replace(ENTITY, "840000004"), *lines])])
        return run.report

    def people(self, lines: Sequence[str], *, again: bool = False) -> ImportReport:
        run = Import(ImportReport(), again=again)
        load_rpps(run, self._file("rpps.txt", [HEADER, *lines]))
        return run.report

    def told(self, load: Callable[..., ImportReport], lines: Sequence[str], *, again: bool) -> object:
        """What a load does: its report and every row afterwards; undone."""
        nested = self.session.begin_nested()
        report = load(lines, again=again)
        counts = (report.read, report.rejected, report.warned, dict(report.outcomes), dict(report.reasons))
        found = counts, report.remarks, *self.rows()
        nested.rollback()
        return found

    def rows(self) -> list[object]:
        owners = dict(self.session.execute(sa.select(Professional.id, Professional.rpps)).all())
        tables = (LegalEntity, Establishment, Unit, Professional, ProfessionalActivity)
        found = [
            sorted(
                repr(sorted({**row, "owner": owners.get(row.get("professional_id", 0))}.items()))
                for row in map(_lasting, self.session.execute(sa.select(model.__table__)).mappings())
            )
            for model in tables
        ]
        marks = self.session.execute(sa.select(PublicationMark.kind, PublicationMark.key)).all()
        index = self.session.execute(sa.select(document.c.ref, document.c.all_words)).all()
        return [*found, {tuple(mark) for mark in marks}, sorted(map(tuple, index))]

    def _file(self, name: str, lines: Sequence[str]) -> Path:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines))
        return path


def _lasting(row: sa.RowMapping) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in {"id", "updated_at"} and "digest" not in name}


@pytest.fixture
def registers(session: Session, tmp_path: Path) -> Registers:
    return Registers(session, tmp_path)


anything = settings(
    max_examples=30,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@SQLITE_ONLY
@anything
@given(
    before=st.lists(st.sampled_from(FINESS), max_size=7),
    edits=st.lists(st.sampled_from(sorted(EDITS)), max_size=3),
    fresh=st.lists(st.sampled_from(FINESS), max_size=2),
    order=st.randoms(use_true_random=False),
)
def test_finess_files_do_the_same_read_or_known(registers: Registers, before, edits, fresh, order):
    outer = registers.session.begin_nested()
    registers.finess(before)
    for name in edits:
        EDITS[name](registers.session)
    after = [*before, *fresh]
    order.shuffle(after)
    assert registers.told(registers.finess, after, again=False) == registers.told(registers.finess, after, again=True)
    outer.rollback()


@SQLITE_ONLY
@anything
@given(
    before=st.lists(st.sampled_from(RPPS), max_size=8),
    kept=st.integers(0, 8),
    fresh=st.lists(st.sampled_from(RPPS), max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_rpps_files_do_the_same_read_or_known(registers: Registers, before, kept, fresh, order):
    outer = registers.session.begin_nested()
    registers.people(before)
    after = [*before[:kept], *fresh]
    order.shuffle(after)
    assert registers.told(registers.people, after, again=False) == registers.told(registers.people, after, again=True)
    outer.rollback()


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_changed_by_hand_is_compared_again(registers: Registers, edit: str):
    """On both engines, whose triggers forget the line; then nothing is left to do, and nothing is read."""
    lines = [CLINIC_LINE, ENTITY_LINE, POSITION]
    registers.finess(lines)
    EDITS[edit](registers.session)
    assert registers.told(registers.finess, lines, again=False) == registers.told(registers.finess, lines, again=True)
    registers.finess(lines)
    assert digests(registers.session).count(None) == 0
    assert registers.finess(lines).outcomes == {Outcome.UNCHANGED: 4}


def test_a_doubtful_line_is_said_each_time(registers: Registers):
    lines = [CLINIC_LINE.replace(";080;84;", ";999;84;"), ENTITY_LINE]
    assert [registers.finess(lines).warned for _ in range(3)] == [1, 1, 1]
    _commune_known(registers.session)
    assert registers.finess(lines).warned == 0
    assert registers.session.scalar(sa.select(Establishment.commune_insee)) == "84999"


def test_lines_known_again_are_not_read(registers: Registers, monkeypatch: pytest.MonkeyPatch):
    registers.people(PEOPLE)
    monkeypatch.setattr("app.integrations.rpps.mapping.rpps", lambda *_: pytest.fail("read"))
    report = registers.people(PEOPLE)
    assert (report.read, report.outcomes) == (5, {Outcome.UNCHANGED: 5})


def test_another_order_of_columns_is_read(registers: Registers):
    """The same characters under other names of columns say something else."""
    registers.people(PEOPLE)
    path = registers.folder / "rpps.txt"
    swapped = HEADER.replace("Nom d'exercice|Prénom d'exercice", "Prénom d'exercice|Nom d'exercice")
    path.write_text("".join(f"{line}\n" for line in (swapped, *PEOPLE)))
    run = Import(ImportReport())
    load_rpps(run, path)
    assert run.report.outcomes[Outcome.UPDATED] == 5


def digests(session: Session) -> list[int | None]:
    asked = sa.select(Establishment.register_digest, Establishment.position_digest, LegalEntity.register_digest)
    asked = asked.join(LegalEntity, LegalEntity.finess == ENTITY).where(Establishment.finess == CLINIC)
    return list(session.execute(asked).one())
