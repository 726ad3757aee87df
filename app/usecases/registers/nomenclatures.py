"""Code tables: what the file says holds; what it no longer says is over, and keeps its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.import_report import Outcome
from app.domain.registers import CodeRow
from app.models import NomenclatureCode
from app.queries.nomenclatures import authored
from app.usecases.registers.bulk import Values
from app.usecases.registers.run import Import
from app.usecases.registers.upsert import upsert
from app.working_days import day_of

TWICE = "code déjà donné par ce fichier"
UNUSED = "nomenclature dont le portail ne se sert pas"
KEPT = "Des lignes ont été rejetées : aucun code absent du fichier n’a été déclaré terminé."


def write_codes(run: Import, rows: Sequence[CodeRow]) -> None:
    """One row a code. What had ended and comes without an end is in force again."""
    kept = [row for row in rows if _first(run, row)]
    back = _revive(kept)
    outcomes = upsert(NomenclatureCode, [run.values(NomenclatureCode, row) for row in kept])
    run.tally(
        Outcome.UPDATED if outcome is Outcome.UNCHANGED and (row.system, row.code) in back else outcome
        for row, outcome in zip(kept, outcomes, strict=True)
    )


def end_codes(run: Import) -> None:
    """After the last batch: ended since yesterday, the codes of these nomenclatures that the file does not give."""
    if run.report.rejected:
        run.report.remarks.append(KEPT)
        return
    yesterday = day_of(clock.now()) - timedelta(days=1)
    ended = [row for system in run.codes for row in _missing(run, system, yesterday)]
    upsert(NomenclatureCode, ended)
    if ended:
        run.report.remarks.append(f"Codes que le fichier ne donne plus, terminés : {len(ended)}.")


def _first(run: Import, row: CodeRow) -> bool:
    """Whether the file had not given this code yet; a nomenclature that nothing reads is said once."""
    if row.system not in run.codes and row.system not in {code.system for code in authored()}:
        run.report.warn(row.line, UNUSED, row.system)
    given = run.codes.setdefault(row.system, set())
    if row.code in given:
        run.report.reject(row.line, TWICE, row.code)
        return False
    given.add(row.code)
    return True


def _revive(rows: Sequence[CodeRow]) -> set[tuple[str, str]]:
    """Those of the rows, without an end, that had ended: their end is taken away."""
    session, key = db.session(), sa.tuple_(NomenclatureCode.system, NomenclatureCode.code)
    endless = [(row.system, row.code) for row in rows if row.valid_to is None]
    over = NomenclatureCode.valid_to < day_of(clock.now())
    back = set(session.execute(sa.select(NomenclatureCode.system, NomenclatureCode.code).where(key.in_(endless), over)))
    if back:
        session.execute(sa.update(NomenclatureCode).where(key.in_(list(back))).values(valid_to=None))
    return {(system, code) for system, code in back}


def _missing(run: Import, system: str, yesterday: date) -> Iterator[Values]:
    """Stored codes in force, and those that come with Relais as long as nothing is stored of them."""
    stored = {
        row.code: row
        for row in db.session().scalars(sa.select(NomenclatureCode).where(NomenclatureCode.system == system))
    }
    for code, row in stored.items():
        if code not in run.codes[system] and (row.valid_to is None or row.valid_to > yesterday):
            yield {"system": system, "code": code, "valid_to": yesterday}
    for ours in authored():
        if ours.system == system and ours.code not in stored:
            yield {**asdict(ours), "valid_to": ours.valid_to or yesterday}
