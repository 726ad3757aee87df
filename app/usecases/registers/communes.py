"""Communes, their post codes, former names and contours."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app import clock, db
from app.domain.import_report import Outcome
from app.domain.registers import CommuneRow, ContourRow, FormerCommuneRow
from app.models import Commune, CommuneContour, CommunePostcode, FormerCommune
from app.usecases.registers.run import Import, known
from app.usecases.registers.upsert import upsert

UNKNOWN_COMMUNE = "commune inconnue"
BATCH = 1_000
STILL_A_COMMUNE = "commune ancienne, mais présente dans le fichier des communes"


def write_communes(run: Import, rows: Sequence[CommuneRow]) -> None:
    outcomes = upsert(Commune, [run.values(Commune, row, without=("postcodes",)) for row in rows])
    moved = _write_postcodes(rows) | _revive(rows)
    run.communes.update((row.insee, row.departement) for row in rows)
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


def _revive(rows: Sequence[CommuneRow]) -> set[str]:
    """What the file gives as a commune is one, also when it had ceased. Returns those that came back."""
    session = db.session()
    codes = {row.insee for row in rows}
    back = set(
        session.scalars(sa.select(Commune.insee).where(Commune.insee.in_(codes), Commune.ceased_at.is_not(None)))
    )
    if back:
        session.execute(sa.update(Commune).where(Commune.insee.in_(back)).values(ceased_at=None))
        session.execute(sa.delete(FormerCommune).where(FormerCommune.insee.in_(back)))
    return back


def write_former_communes(run: Import, rows: Sequence[FormerCommuneRow]) -> None:
    """Their names lead to the commune of today. One that the portal knows as a commune has ceased to be one."""
    found = known(Commune.insee, {row.current_insee for row in rows})
    kept, merged = [], set()
    for row in rows:
        if row.current_insee not in found:
            run.report.reject(row.line, UNKNOWN_COMMUNE, row.current_insee)
        elif row.insee in run.communes and row.insee != row.current_insee:
            run.report.reject(row.line, STILL_A_COMMUNE, row.insee)
        else:
            kept.append(run.values(FormerCommune, row))
            merged.update({row.insee} - {row.current_insee})
    outcomes = upsert(FormerCommune, kept)
    run.tally(outcomes)
    run.touched.communes |= any(outcome is not Outcome.UNCHANGED for outcome in outcomes)
    _cease(run, Commune.insee.in_(merged))


def end_missing(run: Import) -> None:
    """After a file that gives every commune of its départements: the others have ceased, whatever they became."""
    living = sa.select(Commune.insee).where(Commune.departement.in_(set(run.communes.values())))
    stored = db.session().scalars(living.where(Commune.ceased_at.is_(None))).all()
    missing = [insee for insee in stored if insee not in run.communes]
    for start in range(0, len(missing), BATCH):
        _cease(run, Commune.insee.in_(missing[start : start + BATCH]))


def _cease(run: Import, which: sa.ColumnElement[bool]) -> None:
    """Kept, since zones and addresses may name them; known not to be communes any more."""
    session = db.session()
    ceasing = set(session.scalars(sa.select(Commune.insee).where(which, Commune.ceased_at.is_(None))))
    if ceasing:
        session.execute(sa.update(Commune).where(Commune.insee.in_(ceasing)).values(ceased_at=clock.now()))
        run.touched.ceased |= ceasing
        run.touched.communes = True


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
