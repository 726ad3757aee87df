"""The life of a dossier collaboratif, on the side of the CPTS."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class DossierFact(Event):
    announced = False
    dossier_id: str


@dataclass(frozen=True, kw_only=True)
class DossierOpened(DossierFact):
    """`origin`: cpts or centre."""

    name = "dossier.opened"
    origin: str


@dataclass(frozen=True, kw_only=True)
class DossierDetailed(DossierFact):
    """Its name or its notes."""

    name = "dossier.detailed"


@dataclass(frozen=True, kw_only=True)
class DossierUnitsAdded(DossierFact):
    name = "dossier.units_added"
    units: list[str]


@dataclass(frozen=True, kw_only=True)
class DossierUnitRemoved(DossierFact):
    name = "dossier.unit_removed"
    unit: str


@dataclass(frozen=True, kw_only=True)
class DossierBoxSaved(DossierFact):
    name = "dossier.box_saved"
    sheet_id: str
    box: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class DossierSheetsFinalised(DossierFact):
    name = "dossier.sheets_finalised"
    sheets: list[str]


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(DossierFact):
    """`status`: to_approve (to the presidency), to_review (to the service centre)."""

    name = "dossier.submitted"
    announced = True
    status: str
    round: int


@dataclass(frozen=True, kw_only=True)
class DossierReopened(DossierFact):
    """Taken back before the presidency answered."""

    name = "dossier.reopened"


@dataclass(frozen=True, kw_only=True)
class DossierCancelled(DossierFact):
    name = "dossier.cancelled"
    announced = True
    status: str


@dataclass(frozen=True, kw_only=True)
class DossierReminded(DossierFact):
    name = "dossier.reminded"
    announced = True
