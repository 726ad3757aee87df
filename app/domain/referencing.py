"""How far a CPTS is on its way into the directory: six milestones, each a fact (S-129, S-164, S-165)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

NOT_AGAIN_BEFORE = timedelta(days=7)
"""A CPTS is not reminded twice within that time, by whatever campaign."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """`action`: what brings a CPTS beyond it, said to those who can do it."""

    number: int
    label: str
    owner: str
    action: str


MILESTONES = (
    Milestone(
        1, "Présidence enregistrée", "la CPTS et le centre de services", "Faites enregistrer la présidence de la CPTS"
    ),
    Milestone(2, "Coordonnées données", "la CPTS", "Donnez le téléphone et l’adresse postale"),
    Milestone(3, "Unités et zone décrites", "la CPTS", "Décrivez l’unité de la CPTS et ses communes"),
    Milestone(4, "Fiches finalisées", "la CPTS", "Finalisez toutes les fiches du dossier"),
    Milestone(5, "Envoyée par la présidence", "la présidence", "Relisez le dossier et validez-le"),
    Milestone(
        6, "Publiée par le centre de services", "le centre de services", "Le centre de services contrôle et publie"
    ),
)
BY_THE_CENTRE = MILESTONES[5]
"""The only one that the CPTS can do nothing about: nobody is reminded of it."""


def stuck_at(done: Sequence[bool]) -> Milestone | None:
    """The first milestone that is not reached; None when all are."""
    return next((each for each, reached in zip(MILESTONES, done, strict=True) if not reached), None)
