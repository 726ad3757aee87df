"""The steps that presidencies are made of, whether an agent records one or accepts the request of who presides."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.mandates import term_end
from app.journal.catalogue import PresidentEnded, PresidentRegistered
from app.models import Account, Establishment, Mandate, Nomination, Person, Request
from app.policies.actor import Actor, Role
from app.usecases.enrolment import Enrolled, email_key
from app.usecases.mandate_steps import cancel_each, end_mandate, lock_mandate, tell, waiting_nominations

LONGEST_EVIDENCE = 1000
WHOSE_ACCOUNT = (
    "Demandez à la personne si cette adresse est la sienne\u00a0: si oui, enregistrez-la avec cette adresse\u202f; "
    "sinon, n’enregistrez rien, quelqu’un s’est servi de son numéro."
)


def check_establishment(establishment: Establishment) -> None:
    if not establishment.is_cpts or establishment.closed_on is not None:
        raise Invalid({"finess": "Choisissez une CPTS ouverte."})


def evidence_given(text: str) -> str:
    """What the agent checked, without its margins. Raises Invalid on `justificatif`."""
    text = text.strip()
    if not text:
        raise Invalid({"justificatif": "Indiquez ce que vous avez vérifié (procès-verbal, rappel au numéro connu…)."})
    if len(text) > LONGEST_EVIDENCE:
        raise Invalid({"justificatif": f"Écrivez {LONGEST_EVIDENCE} caractères au plus."})
    return text


def term_of(last_day: date | None) -> datetime | None:
    """The end of the term, when the agent knows it. Raises Invalid on `fin_mandat`."""
    if last_day is None:
        return None
    ends_at = term_end(last_day)
    if ends_at <= clock.now():
        raise Invalid({"fin_mandat": "Indiquez une date à venir, ou laissez ce champ vide."})
    return ends_at


def taken_seats(establishment: Establishment) -> list[int]:
    """Seats whose mandate is not ended: a term that is over is ended on purpose, by name."""
    open_seats = sa.select(Mandate.seat).where(
        Mandate.establishment_finess == establishment.finess,
        Mandate.role == Role.PRESIDENT.value,
        Mandate.ended_at.is_(None),
    )
    return [seat for seat in db.session().scalars(open_seats) if seat is not None]


def check_president(account: Account, email: str) -> None:
    """The agent checked the address; a known RPPS number alone only says what somebody once claimed of themselves."""
    if account.email_key != email_key(email):
        raise Invalid({"email": f"Ce numéro RPPS est celui d’un compte à l’adresse {account.email}. {WHOSE_ACCOUNT}"})
    if account.agent_since is not None:
        raise Invalid({"email": "Cette adresse est celle d’un agent du centre de services."})
    if account.status in {"suspended", "closed"}:
        raise ImpossibleNow("Le compte de cette personne n’est plus ouvert.")


def open_presidency(
    actor: Actor, request: Request, person: Person, seat: int, term_ends_at: datetime | None = None
) -> Mandate:
    """The mandate that an accepted request grants."""
    mandate = Mandate(
        establishment_finess=request.establishment_finess,
        person_id=person.id,
        role=Role.PRESIDENT.value,
        seat=seat,
        started_at=clock.now(),
        term_ends_at=term_ends_at,
        granting_request_id=request.id,
        granted_by_account_id=actor.account_id,
    )
    db.session().add(mandate)
    db.session().flush()
    return mandate


def tell_registered(actor: Actor, mandate: Mandate, enrolled: Enrolled, evidence: str) -> None:
    """The person, the CPTS and who shares or left its presidency are told."""
    link = str(enrolled.link.id) if enrolled.link else None
    fields = {"mandate_id": str(mandate.id), "activation_link_id": link}
    tell(PresidentRegistered, actor, mandate, concerned=enrolled.person.id, reason=evidence, **fields)


def close_presidency(actor: Actor, mandate: Mandate, reason: str) -> None:
    """End it now, withdraw its nominations, tell those concerned; its référents keep the pages for sixty days.

    Raises ImpossibleNow when it is over already.
    """
    withdraw(actor, mandate, reason)
    tell(PresidentEnded, actor, mandate, concerned=mandate.person_id, reason=reason, mandate_id=str(mandate.id))


def withdraw(actor: Actor, mandate: Mandate, reason: str) -> None:
    """The mandate ends and its nominations go, without a word to anybody."""
    lock_mandate(mandate)
    proposed = waiting_nominations(Nomination.mandate_id == mandate.id)
    end_mandate(mandate, reason, ended_by_account_id=actor.account_id)
    cancel_each(actor, proposed, reason="Fin de la présidence.")
