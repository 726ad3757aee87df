"""Communes, their post codes, former names and contours."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app import db
from app.domain.import_report import Outcome
from app.domain.registers import CommuneRow, ContourRow, FormerCommuneRow
from app.models import Commune, CommuneContour, CommunePostcode, FormerCommune
from app.usecases.registers.run import Import, known
from app.usecases.registers.upsert import upsert

UNKNOWN_COMMUNE = "commune inconnue"


def write_communes(run: Import, rows: Sequence[CommuneRow]) -> None:
    outcomes = upsert(Commune, [run.values(Commune, row, without=("postcodes",)) for row in rows])
    moved = _write_postcodes(rows)
    run.tally(
        Outcome.UPDATED if outcome is Outcome.UNCHANGED and row.insee in moved else outcome
        for row, outcome in zip(rows, outcomes, strict=True)
    )
    run.touched.communes |= bool(moved) or any(outcome is not Outcome.UNCHANGED for outcome in outcomes)


def _write_postcodes(rows: Sequence[CommuneRow]) -> set[str]:
    """The post codes of the file replace those of a commune, unless the file gives none. Returns the changed ones."""
    session = db.session()
    wanted = {row.insee: set(row.postcodes) for row in rows if row.postcodes}
    stored: dict[str, set[str]] = {insee: set() for insee in wanted}
    statement = sa.select(CommunePostcode.insee, CommunePostcode.postcode).where(CommunePostcode.insee.in_(wanted))
    for insee, postcode in session.execute(statement):
        stored[insee].add(postcode)
    changed = {insee for insee in wanted if wanted[insee] != stored[insee]}
    emptied = [insee for insee in changed if stored[insee]]
    if emptied:
        session.execute(sa.delete(CommunePostcode).where(CommunePostcode.insee.in_(emptied)))
    if changed:
        session.execute(
            sa.insert(CommunePostcode),
            [{"insee": insee, "postcode": code} for insee in sorted(changed) for code in sorted(wanted[insee])],
        )
    return changed


def write_former_communes(run: Import, rows: Sequence[FormerCommuneRow]) -> None:
    found = known(Commune.insee, {row.current_insee for row in rows})
    kept = []
    for row in rows:
        if row.current_insee in found:
            kept.append(run.values(FormerCommune, row))
        else:
            run.report.reject(row.line, UNKNOWN_COMMUNE, row.current_insee)
    outcomes = upsert(FormerCommune, kept)
    run.tally(outcomes)
    run.touched.communes |= any(outcome is not Outcome.UNCHANGED for outcome in outcomes)


def write_contours(run: Import, rows: Sequence[ContourRow]) -> None:
    """The map of each commune, and its place: the centre of the contour."""
    found = known(Commune.insee, {row.insee for row in rows})
    for row in rows:
        if row.insee not in found:
            run.report.reject(row.line, UNKNOWN_COMMUNE, row.insee)
    kept = [row for row in rows if row.insee in found]
    places = [{"insee": row.insee, "latitude": row.latitude, "longitude": row.longitude} for row in kept]
    outcomes = upsert(
        CommuneContour, [run.values(CommuneContour, row, without=("latitude", "longitude")) for row in kept]
    )
    upsert(Commune, places)
    run.tally(outcomes)
    run.touched.communes |= any(outcome is not Outcome.UNCHANGED for outcome in outcomes)
