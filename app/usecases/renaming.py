"""Rename an establishment or a unit; the former name stays an alias, which the search finds (S-102)."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.domain.directory import NAME_LONGEST
from app.domain.errors import ImpossibleNow, Invalid
from app.journal.catalogue import StructureRenamed
from app.journal.record import record
from app.models import Establishment, EstablishmentAlias, Unit
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.policies.predicates import finess_of
from app.queries.sheets import SheetRef, read_sheet
from app.search.index import index_establishment
from app.usecases.base import usecase
from app.usecases.sheet_steps import Write, write_boxes

RENAMED_MEANWHILE = "Ce nom a changé pendant votre saisie. Le vôtre est encore à l’écran."
SOURCE = "direct"


@usecase(Permission.ESTABLISHMENT_RENAME)
def rename_establishment(actor: Actor, establishment: Establishment, *, name: str, seen: str) -> None:
    """The official name. `seen`: the one the agent had in front of them. Raises Invalid, ImpossibleNow."""
    before = _renamed(establishment, name, seen)
    _write(actor, establishment, SheetRef(establishment.finess), "identite", name, verified=False)
    _remember(actor, establishment, establishment.finess, before, name)


@usecase(Permission.UNIT_RENAME)
def rename_unit(actor: Actor, unit: Unit, *, name: str, seen: str) -> None:
    before, establishment = _renamed(unit, name, seen), unit.establishment
    ref = SheetRef(establishment.finess, unit.id)
    _write(actor, establishment, ref, "offre", name, verified=not actor.is_agent)
    _remember(actor, unit, establishment.finess, before, name)


# ── steps ───────────────────────────────────────────────────────────────────


def _renamed(structure: Establishment | Unit, name: str, seen: str) -> str:
    """The name it bears, once checked that it may bear another."""
    session = db.session()
    owner = sa.select(Establishment.finess).where(Establishment.finess == finess_of(structure))
    session.execute(owner.with_for_update())
    session.refresh(structure)
    if structure.name != seen:
        raise ImpossibleNow(RENAMED_MEANWHILE)
    if not name.strip() or len(name) > NAME_LONGEST:
        raise Invalid({"nom": f"Renseignez un nom de 1 à {NAME_LONGEST} caractères."})
    if name == structure.name:
        raise Invalid({"nom": "C’est déjà son nom. Écrivez le nouveau."})
    return structure.name


def _write(actor: Actor, establishment: Establishment, ref: SheetRef, box: str, name: str, *, verified: bool) -> None:
    values = read_sheet(ref)[box] | {"name": name}
    write_boxes(actor, establishment, [Write(ref, box, values)], source=SOURCE, verified=verified)


def _remember(actor: Actor, structure: Establishment | Unit, finess: str, before: str, after: str) -> None:
    """A former name taken back is an alias no more."""
    session = db.session()
    key = EstablishmentAlias.finess == finess
    session.execute(sa.delete(EstablishmentAlias).where(key, EstablishmentAlias.alias == after))
    if session.get(EstablishmentAlias, (finess, before)) is None:
        session.add(EstablishmentAlias(finess=finess, alias=before))
    index_establishment(session, finess)
    record(
        StructureRenamed(
            actor=actor.reference,
            subject=reference(structure),
            establishment_finess=finess,
            before={"name": before},
            after={"name": after},
        )
    )
