"""Taking part in unscheduled care (SNP) through one's CPTS: who may, what they say, what the SAS reads of it; pure.

Rules of the SAS platform for a participation through a CPTS (`participation_sas_via` = 2, DOMAIN.md §5.3): a doctor
with an RPPS, a CPTS that it shows, at least one place, a booking software or else two hours a week stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.errors import ImpossibleNow, Invalid

DOCTOR = "10"
"""TRE_G15."""
NO_PLACE = "Veuillez indiquer au moins un lieu d’activité."
"""The sentence of the SAS platform itself."""
NO_HOURS = "Sans logiciel de rendez-vous, cochez que vous donnez au moins deux heures par semaine."
NO_ANSWER = "Indiquez si vos créneaux sont dans un logiciel de rendez-vous relié au SAS."
WARNED = timedelta(days=30)
"""How long before a known end its doctor is told."""
FARTHEST = timedelta(days=365)
MOST_PLACES = 10

# ── who may ─────────────────────────────────────────────────────────────────


class Remedy(StrEnum):
    """What opens the way; the page makes a link of it."""

    CONTACT = "contact"
    IDENTITY = "identity"
    ASK = "ask"
    FOLLOW = "follow"
    CPTS = "cpts"
    READINESS = "readiness"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why somebody cannot take part, and what they may do about it. `details`: the reasons of the reason."""

    key: str
    why: str
    what_to_do: str
    remedy: Remedy
    details: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return " ".join((self.why, *self.details, self.what_to_do))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody who would take part through one CPTS. `profession`: of the register, else as declared.

    `registered`: their RPPS is in the register. `missing`: why the SAS does not show the CPTS, nothing when it does.
    """

    rpps: str | None
    registered: bool
    profession_code: str | None
    profession: str | None
    attached: bool
    asked: bool
    suspended: bool
    missing: Sequence[str] = ()


def obstacles(standing: Standing) -> list[Obstacle]:
    """All of them, in the order in which they are lifted; nothing when the person may take part."""
    return [*_of_the_person(standing), *_of_the_attachment(standing), *_of_the_cpts(standing)]


def check_standing(standing: Standing) -> None:
    """Raises ImpossibleNow with the first obstacle."""
    for obstacle in obstacles(standing):
        raise ImpossibleNow(obstacle.sentence)


def _of_the_person(standing: Standing) -> list[Obstacle]:
    if not standing.rpps:
        return [
            *_of_the_profession(standing),
            Obstacle(
                "rpps",
                "Le SAS reconnaît chaque médecin à son numéro RPPS, et votre compte n’en a pas.",
                "Reliez votre compte à Pro Santé Connect, ou demandez au centre de services d’ajouter ce numéro.",
                Remedy.IDENTITY,
            ),
        ]
    if not standing.registered:
        return [
            Obstacle(
                "register",
                f"Le numéro RPPS {standing.rpps} n’est pas dans l’Annuaire Santé que lit le portail.",
                "Vérifiez-le avec le centre de services. S’il vient d’être attribué, revenez après la prochaine "
                "mise à jour de l’annuaire.",
                Remedy.CONTACT,
            )
        ]
    return _of_the_profession(standing)


def _of_the_profession(standing: Standing) -> list[Obstacle]:
    if standing.profession_code == DOCTOR:
        return []
    named = f", et vous êtes enregistré comme « {standing.profession} »" if standing.profession else ""
    return [
        Obstacle(
            "profession",
            f"Seuls les médecins déclarent leur participation au SAS par leur CPTS{named}.",
            "Si vous êtes médecin, écrivez au centre de services : votre profession se corrige dans l’Annuaire Santé, "
            "auprès de votre ordre.",
            Remedy.CONTACT,
        )
    ]


def _of_the_attachment(standing: Standing) -> list[Obstacle]:
    if standing.attached and standing.suspended:
        return [
            Obstacle(
                "suspended",
                "Votre rattachement à cette CPTS est suspendu depuis la dernière revue des accès.",
                "La présidence ou un référent de la CPTS peut lever cette suspension : demandez-le-lui.",
                Remedy.CPTS,
            )
        ]
    if standing.attached:
        return []
    if standing.asked:
        return [
            Obstacle(
                "asked",
                "Votre demande de rattachement à cette CPTS attend sa réponse.",
                "Vous déclarerez votre participation dès qu’elle sera acceptée.",
                Remedy.FOLLOW,
            )
        ]
    return [
        Obstacle(
            "attached",
            "Vous n’êtes pas rattaché à cette CPTS.",
            "Demandez votre rattachement : la CPTS vous répond, puis vous déclarez votre participation.",
            Remedy.ASK,
        )
    ]


def _of_the_cpts(standing: Standing) -> list[Obstacle]:
    if not standing.missing:
        return []
    return [
        Obstacle(
            "published",
            "Le SAS ne peut pas afficher cette CPTS : vous n’y apparaîtriez pas.",
            "La présidence ou un référent complète la page de la CPTS : montrez-lui cette liste.",
            Remedy.READINESS,
            tuple(standing.missing),
        )
    ]


# ── what is said ────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Place:
    """Where a doctor sees patients. `insee`: commune of the COG; `activity_key`: of the register, None when typed."""

    name: str
    street: str | None
    postcode: str | None
    insee: str
    activity_key: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """`has_software`: None while unanswered."""

    places: tuple[Place, ...]
    has_software: bool | None
    gives_hours: bool
    starts_on: date
    ends_on: date | None = None

    @property
    def counted_hours(self) -> bool:
        """Hours are stated only without a software."""
        return self.gives_hours and not self.has_software


def check_declaration(said: Declaration, *, today: date, attached_on: date, kept_start: date | None = None) -> None:
    """Raises Invalid. `kept_start`: the first day already declared, which may be past and need not be checked again."""
    faults = {**_places(said), **_commitment(said)}
    if said.starts_on != kept_start:
        faults |= _start(said, today, attached_on, kept_start)
    faults |= _end(said, today)
    if faults:
        raise Invalid(faults)


def _places(said: Declaration) -> dict[str, str]:
    if not said.places:
        return {"lieux": NO_PLACE}
    if len(said.places) > MOST_PLACES:
        return {"lieux": f"Gardez {MOST_PLACES} lieux au plus."}
    return {}


def _commitment(said: Declaration) -> dict[str, str]:
    if said.has_software is None:
        return {"logiciel": NO_ANSWER}
    return {} if said.has_software or said.gives_hours else {"deux_heures": NO_HOURS}


def _start(said: Declaration, today: date, attached_on: date, kept_start: date | None) -> dict[str, str]:
    if kept_start is not None and kept_start <= today:
        return {"debut": f"Votre participation a commencé le {kept_start:%d/%m/%Y} : cette date ne change plus."}
    if said.starts_on < attached_on:
        first = f"{attached_on:%d/%m/%Y}"
        return {"debut": f"Choisissez le {first} ou après : votre rattachement à la CPTS commence ce jour-là."}
    if said.starts_on > today + FARTHEST:
        return {"debut": "Choisissez une date dans les douze mois."}
    return {}


def _end(said: Declaration, today: date) -> dict[str, str]:
    if said.ends_on is None:
        return {}
    if said.ends_on < said.starts_on:
        return {"fin": "Choisissez une date de fin qui ne précède pas le début."}
    if said.ends_on < today:
        return {"fin": "Choisissez aujourd’hui ou une date à venir. Pour arrêter tout de suite, retirez-vous."}
    return {}


# ── its end ─────────────────────────────────────────────────────────────────


def is_to_warn(end: date | None, warned_of: date | None, today: date) -> bool:
    """Thirty days before a known end, once for that end."""
    return end is not None and warned_of != end and today <= end <= today + WARNED


# ── what the SAS reads ──────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class EffectorPlace:
    name: str
    street: str | None
    postcode: str | None
    city: str
    insee: str


@dataclass(frozen=True, slots=True)
class Effector:
    """A doctor who takes part today through a CPTS. `national_id`: `8` + RPPS, as the SAS names people."""

    national_id: str
    family_name: str
    given_name: str
    speciality_code: str | None
    speciality: str | None
    since: date
    until: date | None
    has_software: bool
    gives_hours: bool
    places: tuple[EffectorPlace, ...]
