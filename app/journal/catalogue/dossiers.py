"""The life of a dossier collaboratif, on the side of the CPTS. What is proposed stays in its boxes: events name fields,
never values."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class DossierFact(Event):
    announced = False
    dossier_id: str


@dataclass(frozen=True, kw_only=True)
class DossierOpened(DossierFact):
    """`origin`: cpts, or centre when an agent prepares it, which the CPTS is told."""

    name = "dossier.opened"
    announced = True
    origin: str


@dataclass(frozen=True, kw_only=True)
class DossierDetailed(DossierFact):
    """Its name or its notes."""

    name = "dossier.detailed"


@dataclass(frozen=True, kw_only=True)
class DossierUnitsAdded(DossierFact):
    name = "dossier.units_added"
    sheet_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class DossierUnitRemoved(DossierFact):
    name = "dossier.unit_removed"
    sheet_id: str


@dataclass(frozen=True, kw_only=True)
class DossierBoxSaved(DossierFact):
    """`fields`: those that changed, `zone/communes`."""

    name = "dossier.box_saved"
    sheet_id: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class DossierSheetsFinalised(DossierFact):
    name = "dossier.sheets_finalised"
    sheet_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(DossierFact):
    """`status`: to_approve (to the presidency), to_review (sent by a president, to the service centre)."""

    name = "dossier.submitted"
    announced = True
    status: str
    round: int


@dataclass(frozen=True, kw_only=True)
class DossierReopened(DossierFact):
    """Taken back before the presidency answered."""

    name = "dossier.reopened"
    announced = True


@dataclass(frozen=True, kw_only=True)
class DossierCancelled(DossierFact):
    """`status`: the one it was in."""

    name = "dossier.cancelled"
    announced = True
    status: str


@dataclass(frozen=True, kw_only=True)
class DossierReminded(DossierFact):
    """A draft that nobody has touched for some working days, and nobody has sent."""

    name = "dossier.reminded"
    announced = True
