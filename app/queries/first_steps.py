"""« Par où commencer »: the six actions of the guide, and where each CPTS of somebody stands (S-165)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app import clock
from app.domain.dossiers import DossierStatus
from app.domain.freshness import months_after
from app.models import Establishment
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
    """One a CPTS that the person manages, by name: three statements at most."""
    managed = {mandate.establishment_finess for mandate in actor.mandates}
    if not managed:
        return []
    return [_steps(actor, progress) for progress in progress_of(Establishment.finess.in_(managed))]


# ── steps ───────────────────────────────────────────────────────────────────


def _steps(actor: Actor, progress: Progress) -> FirstSteps:
    page = f"/etablissements/{progress.finess}"
    dossier = progress.open_dossier
    opening = f"/dossiers/nouveau?finess={progress.finess}"
    file = f"/dossiers/{dossier.id}" if dossier else opening
    sheet = f"{file}/fiches/{dossier.next_sheet}" if dossier and dossier.next_sheet else file
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
        Action("Nommer un référent", progress.referred, f"{page}/referents", "Ouvrir la chaîne de confiance"),
    )
    return FirstSteps(progress.finess, progress.name, actions, upkeep)


def _fresh(verified_at: datetime | None) -> bool:
    return verified_at is not None and day_of(verified_at) >= months_after(day_of(clock.now()), -MONTHS_FRESH)
