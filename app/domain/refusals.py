"""Why a request is refused: a reason from this catalogue, and words that help (B-08)."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.requests import Kind


@dataclass(frozen=True)
class Reason:
    """`key` is stored and public. `help_`: what the person can do about it, None when nothing."""

    key: str
    label: str
    help_: str | None = None


OTHER = Reason("autre", "Autre motif")
DUPLICATE = Reason("doublon", "Une demande ou un enregistrement existe déjà")
IDENTITY = Reason(
    "identite",
    "L’identité ne correspond pas à l’Annuaire Santé",
    "Vérifiez votre nom d’exercice et les 11 chiffres de votre numéro RPPS, puis faites une nouvelle demande.",
)
UNKNOWN = Reason(
    "inconnu", "La CPTS ne connaît pas cette personne", "Prenez contact avec la CPTS, puis faites une nouvelle demande."
)
OUTSIDE = Reason(
    "territoire",
    "L’exercice est hors du territoire de la CPTS",
    "Cherchez par votre commune d’exercice : la page de la commune nomme la CPTS qui y intervient.",
)
NO_PROOF = Reason(
    "justificatif",
    "La présidence n’est pas établie",
    "Joignez la référence du procès-verbal de l’assemblée qui vous a élu, puis faites une nouvelle demande.",
)
NO_ACI = Reason(
    "aci", "L’accord conventionnel (ACI) n’est pas signé", "Faites une nouvelle demande une fois l’ACI signé."
)
WRONG_ADDRESS = Reason("hors-sujet", "La demande relève d’un autre service")
NOT_TRUE = Reason("inexact", "L’information affichée est exacte")
NOT_CHECKED = Reason("non-verifie", "L’information proposée n’a pas pu être vérifiée")

REASONS: dict[Kind, tuple[Reason, ...]] = {
    Kind.AFFILIATION: (UNKNOWN, OUTSIDE, IDENTITY, DUPLICATE),
    Kind.PRESIDENCY: (NO_PROOF, IDENTITY, DUPLICATE),
    Kind.CPTS: (NO_ACI, DUPLICATE, WRONG_ADDRESS),
    Kind.ACCOUNT: (IDENTITY, DUPLICATE, UNKNOWN),
    Kind.SAS_ACCOUNT: (WRONG_ADDRESS, DUPLICATE),
    Kind.HELP: (WRONG_ADDRESS,),
    Kind.CORRECTION: (NOT_TRUE, NOT_CHECKED),
    Kind.REPORT: (WRONG_ADDRESS,),
    Kind.CONTACT: (WRONG_ADDRESS,),
}


def reasons_for(kind: str) -> tuple[Reason, ...]:
    """Those of that kind, « autre » last."""
    return (*REASONS[Kind(kind)], OTHER)


def reason_named(kind: str, key: str | None) -> Reason:
    """The reason of that key; « autre » when it is none of that kind's."""
    return next((reason for reason in reasons_for(kind) if reason.key == key), OTHER)
