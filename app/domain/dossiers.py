"""The life of a dossier collaboratif (S-103 to S-131): one transition table, owners of the steps, states of sheets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import count, islice

from app.domain.errors import ImpossibleNow

MOST_UNITS = 20
"""At once (S-113)."""
REMIND_AFTER = 5
"""Working days without a change after which those who may send a draft are reminded of it."""


class DossierStatus(StrEnum):
    DRAFT = "draft"
    TO_APPROVE = "to_approve"
    TO_REVIEW = "to_review"
    PUBLISHED = "published"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            "draft": "brouillon",
            "to_approve": "à valider par la présidence",
            "to_review": "à valider par le centre de services",
            "published": "publié",
            "cancelled": "abandonné",
        }[self.value]

    @property
    def frozen(self) -> bool:
        """Nobody writes in it (S-127)."""
        return self is not DossierStatus.DRAFT

    @property
    def is_open(self) -> bool:
        return self in OPEN


TRANSITIONS: dict[DossierStatus, frozenset[DossierStatus]] = {
    DossierStatus.DRAFT: frozenset({DossierStatus.TO_APPROVE, DossierStatus.TO_REVIEW, DossierStatus.CANCELLED}),
    DossierStatus.TO_APPROVE: frozenset({DossierStatus.DRAFT, DossierStatus.TO_REVIEW, DossierStatus.CANCELLED}),
    DossierStatus.TO_REVIEW: frozenset({DossierStatus.DRAFT, DossierStatus.PUBLISHED}),
    DossierStatus.PUBLISHED: frozenset(),
    DossierStatus.CANCELLED: frozenset(),
}
"""DRAFT → TO_REVIEW: sent by a president, which counts as the first validation. → DRAFT: returned or taken back."""
OPEN = frozenset(status for status, following in TRANSITIONS.items() if following)


def check_move(current: str, wanted: DossierStatus) -> None:
    """Raises ImpossibleNow with the state as it is."""
    if wanted not in TRANSITIONS[DossierStatus(current)]:
        raise ImpossibleNow(f"Ce dossier est {DossierStatus(current).label}.")


class SheetState(StrEnum):
    """Grey, amber, green; always with its words and its shape (S-112)."""

    TODO = "todo"
    STARTED = "started"
    FINAL = "final"

    @property
    def label(self) -> str:
        return {"todo": "à compléter", "started": "en cours", "final": "finalisée"}[self.value]

    @property
    def tone(self) -> str:
        return {"todo": "neutre", "started": "attention", "final": "ok"}[self.value]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the six of the Île-de-France guide (S-129)."""

    number: int
    label: str
    owner: str


STEPS = (
    Step(1, "Ouvrir le dossier", "la CPTS ou le centre de services"),
    Step(2, "Compléter la fiche de l’établissement", "la CPTS"),
    Step(3, "Créer et décrire les unités", "la CPTS"),
    Step(4, "Finaliser toutes les fiches", "la CPTS"),
    Step(5, "Valider et envoyer", "la présidence"),
    Step(6, "Contrôler et publier", "le centre de services"),
)


def default_name(cpts: str) -> str:
    """S-105."""
    return f"Peuplement de {cpts}"[:200]


def unit_names(cpts: str, number: int, taken: Collection[str]) -> list[str]:
    """`<CPTS> n` (S-113), from 1 on, leaving out the names that sheets of the dossier already have."""
    known = {name.casefold() for name in taken}
    free = (name for n in count(1) if (name := f"{cpts} {n}").casefold() not in known)
    return list(islice(free, number))
