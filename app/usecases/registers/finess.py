"""Legal entities, establishments and their positions."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app import clock, db
from app.domain.import_report import Outcome
from app.domain.registers import EstablishmentRow, LegalEntityRow, PositionRow
from app.models import Base, Commune, Establishment, EstablishmentAlias, LegalEntity, StructureMove
from app.models.establishment import CPTS_CATEGORY
from app.queries.sheets import EG_COLUMNS
from app.usecases.registers.bulk import Values
from app.usecases.registers.cpts_units import open_cpts_units
from app.usecases.registers.run import Import, known
from app.usecases.registers.upsert import Settle, Stored, upsert

UNKNOWN_COMMUNE = "commune de l’adresse inconnue, laissée vide"
UNKNOWN_ESTABLISHMENT = "établissement inconnu"

PLACEHOLDER_NAME = "Entité juridique"
"""Of a legal entity known by its number only, until its own file is imported."""

CHECKED_BY_HAND = ("phone", "street", "address_extra", "postcode", "city")
"""What people of a CPTS confirm or correct in the portal: an older register line does not undo it."""


def write_legal_entities(run: Import, rows: Sequence[LegalEntityRow]) -> None:
    kept = rows
    if run.legal_entities_limited:
        found = known(LegalEntity.finess, {row.finess for row in rows})
        kept = [row for row in rows if row.finess in found]
        run.report.count(Outcome.IGNORED, len(rows) - len(kept))
    outcomes = upsert(LegalEntity, [_values(run, LegalEntity, row) for row in kept])
    run.tally(outcomes)
    changed = {row.finess for row, outcome in zip(kept, outcomes, strict=True) if outcome is Outcome.UPDATED}
    held = sa.select(Establishment.finess).where(Establishment.legal_entity_finess.in_(changed))
    run.touched.establishments.update(db.session().scalars(held) if changed else ())


def write_establishments(run: Import, rows: Sequence[EstablishmentRow]) -> None:
    """Establishments, the legal entities they name (as placeholders when unknown), the unit of each CPTS.

    The lines of CPTS are few, and what they do depends on their units too: they are read each time.
    """
    communes = known(Commune.insee, {row.commune_insee for row in rows if row.commune_insee})
    values = [_values(run, Establishment, row) for row in rows]
    for row, columns in zip(rows, values, strict=True):
        if row.commune_insee and row.commune_insee not in communes:
            run.report.warn(row.line, UNKNOWN_COMMUNE, row.commune_insee)
            columns |= {"commune_insee": None, "register_digest": None}
        if row.category_code == CPTS_CATEGORY:
            columns["register_digest"] = None
    _add_placeholders({row.legal_entity_finess for row in rows if row.legal_entity_finess})
    _keep_what_was_decided_here(values)
    outcomes = upsert(Establishment, values, settle=_remembering(run))
    run.tally(outcomes)
    cpts = [(row, outcome) for row, outcome in zip(rows, outcomes, strict=True) if row.category_code == CPTS_CATEGORY]
    run.before.born.update(row.finess for row, outcome in cpts if outcome is Outcome.CREATED)
    run.touched.establishments.update(
        row.finess for row, outcome in zip(rows, outcomes, strict=True) if outcome is not Outcome.UNCHANGED
    )
    opened = open_cpts_units(row.finess for row, _ in cpts)
    run.touched.establishments.update(opened)
    run.before.opened.update(opened)


def write_positions(run: Import, rows: Sequence[PositionRow]) -> None:
    found = known(Establishment.finess, {row.finess for row in rows})
    kept = [row for row in rows if row.finess in found]
    for row in rows:
        if row.finess not in found and run.category is None:
            run.report.reject(row.line, UNKNOWN_ESTABLISHMENT, row.finess)
    if run.category is not None:
        run.report.count(Outcome.IGNORED, len(rows) - len(kept))
    outcomes = upsert(Establishment, [run.values(Establishment, row) for row in kept])
    run.tally(outcomes)
    run.touched.establishments.update(
        row.finess for row, outcome in zip(kept, outcomes, strict=True) if outcome is not Outcome.UNCHANGED
    )


def placeholders() -> int:
    """How many legal entities are known by their number only."""
    statement = sa.select(sa.func.count()).select_from(LegalEntity).where(LegalEntity.name == PLACEHOLDER_NAME)
    return db.session().scalar(statement) or 0


def _values(run: Import, model: type[Base], row: LegalEntityRow | EstablishmentRow) -> Values:
    """What had to be cut is to be read, and said, the next time too."""
    noted = run.report.noted
    values = run.values(model, row)
    return values if run.report.noted == noted else {**values, "register_digest": None}


def _add_placeholders(numbers: set[str]) -> None:
    missing = numbers - known(LegalEntity.finess, numbers)
    if missing:
        now = clock.now()
        rows = [{"finess": number, "name": PLACEHOLDER_NAME, "updated_at": now} for number in sorted(missing)]
        db.session().execute(sa.insert(LegalEntity), rows)


def _keep_what_was_decided_here(rows: Sequence[Values]) -> None:
    """A register that still tells the name given up here, or the legal entity left, says nothing new; another does."""
    session, numbers = db.session(), [row["finess"] for row in rows]
    aliases = sa.select(EstablishmentAlias.finess, EstablishmentAlias.alias).where(
        EstablishmentAlias.finess.in_(numbers)
    )
    left = sa.select(StructureMove.establishment_finess, StructureMove.origin).where(
        StructureMove.establishment_finess.in_(numbers), StructureMove.undone_at.is_(None)
    )
    names, entities = {tuple(row) for row in session.execute(aliases)}, {tuple(row) for row in session.execute(left)}
    for row in rows:
        if (row["finess"], row["name"]) in names:
            row["name"] = None
        if (row["finess"], row["legal_entity_finess"]) in entities:
            row["legal_entity_finess"] = None


def _remembering(run: Import) -> Settle:
    """What a CPTS publishes is noted before the register changes it."""

    def settle(new: Values, stored: Stored) -> Values:
        kept = _settle_establishment(new, stored)
        moves = any(kept.get(name) not in (None, stored[name]) for name in EG_COLUMNS)
        if moves and stored["category_code"] == CPTS_CATEGORY:
            run.before.page(stored["finess"], stored)
        return kept

    return settle


def _settle_establishment(new: Values, stored: Stored) -> Values:
    """An older line changes nothing; what was checked by hand after the register's date stays."""
    dated, last = new["register_updated_on"], stored["register_updated_on"]
    if dated and last and dated < last:
        return {}
    verified = stored["verified_at"]
    if verified is None or dated is None or verified.date() <= dated:
        return new
    return {name: value for name, value in new.items() if name not in CHECKED_BY_HAND or stored[name] is None}
