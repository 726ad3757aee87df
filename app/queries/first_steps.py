"""« Par où commencer »: the six actions of the guide, and where each CPTS of somebody stands (S-165)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import clock, db
from app.domain.dossiers import DossierStatus, SheetState
from app.domain.freshness import months_after
from app.models import DossierSheet, Establishment, Mandate, effective
from app.policies.actor import Actor, Role
from app.queries.referencing import Progress, progress_of
from app.working_days import day_of

MONTHS_FRESH = 12


@dataclass(frozen=True, slots=True)
class Action:
    """`path`: the very page where it is done, with the words of its link; "" when there is nothing to do there.

    `waits`: who has it in hand, when it is not the CPTS.
    """

    words: str
    done: bool
    path: str = ""
    link: str = ""
    waits: str = ""


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """`actions`: the six; `upkeep`: what comes after, once published."""

    finess: str
    name: str
    actions: tuple[Action, ...]
    upkeep: tuple[Action, ...]

    @property
    def done(self) -> int:
        return sum(action.done for action in self.actions)

    @property
    def finished(self) -> bool:
        return self.done == len(self.actions)


def first_steps(actor: Actor) -> list[FirstSteps]:
    """One a CPTS that the person manages, by name: five statements at most."""
    managed = {mandate.establishment_finess for mandate in actor.mandates}
    if not managed:
        return []
    found = progress_of(Establishment.finess.in_(managed))
    sheets = _next_sheets([progress.open_dossier.id for progress in found if progress.open_dossier])
    referents = set(
        db.session().scalars(
            sa.select(Mandate.establishment_finess).where(
                Mandate.establishment_finess.in_(managed), Mandate.role == Role.REFERENT.value, effective(Mandate)
            )
        )
    )
    return [_steps(actor, progress, sheets, progress.finess in referents) for progress in found]


# ── steps ───────────────────────────────────────────────────────────────────


def _steps(actor: Actor, progress: Progress, sheets: dict[uuid.UUID, uuid.UUID], referent: bool) -> FirstSteps:
    page = f"/etablissements/{progress.finess}"
    dossier = progress.open_dossier
    opening = f"/dossiers/nouveau?finess={progress.finess}"
    file = f"/dossiers/{dossier.id}" if dossier else opening
    sheet = f"{file}/fiches/{sheets[dossier.id]}" if dossier and dossier.id in sheets else file
    contact = f"{page}/encadres/coordonnees"
    to_approve = dossier is not None and dossier.status is DossierStatus.TO_APPROVE
    presides = actor.mandate_in(progress.finess, Role.PRESIDENT) is not None
    actions = (
        Action("Vous connecter", True),
        Action("Ouvrir un dossier", progress.dossier is not None or progress.described, opening, "Ouvrir le dossier"),
        Action(
            "Décrire votre CPTS",
            progress.contact and progress.zone,
            sheet if progress.contact else contact,
            "Décrire les unités et leurs communes" if progress.contact else "Donner le téléphone et l’adresse",
        ),
        Action("Finaliser toutes les fiches", progress.finalised, sheet, "Continuer la fiche suivante"),
        Action(
            "Envoyer en validation",
            progress.sent,
            f"{file}/valider" if to_approve and presides else file,
            "Relire et valider" if to_approve and presides else "Ouvrir le dossier",
            "la présidence" if to_approve and not presides else "",
        ),
        Action(
            "Publication par le centre de services",
            progress.published,
            file if progress.sent else "",
            "Suivre le dossier",
            "le centre de services" if progress.sent else "",
        ),
    )
    upkeep = (
        Action("Dire « c’est toujours exact », au moins une fois par an", _fresh(progress.verified_at), page, "Relire"),
        Action("Nommer un référent", referent, f"{page}/referents", "Ouvrir la chaîne de confiance"),
    )
    return FirstSteps(progress.finess, progress.name, actions, upkeep)


def _fresh(verified_at: datetime | None) -> bool:
    return verified_at is not None and day_of(verified_at) >= months_after(day_of(clock.now()), -MONTHS_FRESH)


def _next_sheets(dossiers: list[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Dossier → its first sheet that is not finalised."""
    if not dossiers:
        return {}
    rows = db.session().execute(
        sa.select(DossierSheet.dossier_id, DossierSheet.id)
        .where(DossierSheet.dossier_id.in_(dossiers), DossierSheet.state != SheetState.FINAL.value)
        .order_by(DossierSheet.position.desc())
    )
    return dict(rows.all())
