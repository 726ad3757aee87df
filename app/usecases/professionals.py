"""Professionals whom somebody answers for: registered by those in office, or for them by the service centre (S-070).

Nothing is asked of anybody: the request is born accepted, by the decider who signs it, and grants the rattachement.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.identities import same_name
from app.domain.requests import PENDING, Kind, Status
from app.journal.catalogue import AffiliationCreated, RequestAccepted
from app.models import LIVING, Account, Affiliation, Establishment, Person, Request, Unit
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.search.index import index_professional
from app.usecases.affiliation_asking import Wish, new_affiliation
from app.usecases.base import usecase
from app.usecases.enrolment import Enrolled, Identity, email_key, enrol, known_account
from app.usecases.request_steps import announce, check_unit, decide, lock, note, signature, tell

KNOWN_OTHERWISE = (
    "Ce numéro RPPS ou cette adresse sont déjà enregistrés autrement. Vérifiez-les avec la personne, "
    "ou transmettez ses coordonnées au centre de services."
)
ASKED_ALREADY = "Cette personne a déjà une demande en attente\u00a0: acceptez-la depuis les demandes reçues."


class KnownProfessional(ImpossibleNow):
    """The person already has an account here: it may be attached, another one is never made (B-09)."""

    def __init__(self) -> None:
        super().__init__(
            "Cette personne a déjà un compte\u00a0: rattachez-le à votre CPTS plutôt que d’en créer un autre."
        )


@usecase(Permission.AFFILIATION_CREATE)
def register_professional(
    actor: Actor, establishment: Establishment, *, wish: Wish, attach_known: bool = False
) -> Affiliation:
    """The professional's person, account and rattachement, at once; the activation link is mailed to them.

    Raises KnownProfessional when they have an account under that name, unless `attach_known`.
    """
    check_unit(establishment.finess, wish.unit_id)
    _check_not_asked(establishment.finess, wish.email)
    known = _check_known(actor, wish, attach_known=attach_known)
    request = new_affiliation(actor, establishment, wish, uuid.uuid4())
    enrolled = enrol(_identity(request), proven=known is None)
    request.person_id = enrolled.person.id
    decide(actor, request, Status.ACCEPTED)
    db.session().add(request)
    db.session().flush()
    affiliation = _attach(request, enrolled, wish.unit_id)
    note(request, "accepted", signature(actor, request), actor=actor)
    tell(
        AffiliationCreated,
        actor,
        request,
        affiliation_id=str(affiliation.id),
        activation_link_id=str(enrolled.link.id) if enrolled.link else None,
    )
    return affiliation


@usecase(Permission.REQUEST_DECIDE)
def open_account(actor: Actor, request: Request, *, unit: Unit | None = None) -> Affiliation:
    """The service centre registers the professional whose coordinates those in office handed over."""
    lock(request, Status.ACCEPTED, Kind.ACCOUNT)
    unit_id = unit.id if unit else request.unit_id
    check_unit(request.finess, unit_id)
    known = known_account(email=request.email, rpps=request.rpps)
    enrolled = enrol(_identity(request), proven=known is None)
    if enrolled.person.id == actor.person_id:
        raise NotAllowed(Permission.REQUEST_DECIDE)
    request.person_id = enrolled.person.id
    decide(actor, request, Status.ACCEPTED)
    affiliation = _attach(request, enrolled, unit_id)
    note(request, "accepted", signature(actor, request), actor=actor)
    announce(
        RequestAccepted,
        actor,
        request,
        made=[reference(affiliation), reference(enrolled.account)],
        activation_link_id=str(enrolled.link.id) if enrolled.link else None,
    )
    return affiliation


# ── steps ───────────────────────────────────────────────────────────────────


def _check_not_asked(finess: str, email: str) -> None:
    """Raises ImpossibleNow when that address has asked for itself: its request is what is to be answered."""
    asked = sa.exists().where(
        Request.kind.in_([Kind.AFFILIATION, Kind.ACCOUNT]),
        Request.establishment_finess == finess,
        Request.email_key == email_key(email),
        Request.status.in_(PENDING),
    )
    if db.session().scalar(sa.select(asked)):
        raise ImpossibleNow(ASKED_ALREADY)


def _check_known(actor: Actor, wish: Wish, *, attach_known: bool) -> Account | None:
    """The account of that person, when it may be attached. Nothing is told of somebody who has another name."""
    known = known_account(email=wish.email, rpps=wish.rpps)
    if known is None:
        return None
    person = db.session().get_one(Person, known.person_id)
    if person.id == actor.person_id:
        raise Invalid({"email": "Ces coordonnées sont les vôtres\u00a0: enregistrez une autre personne."})
    if not same_name(person.family_name, wish.family_name) or known.status not in LIVING:
        raise ImpossibleNow(KNOWN_OTHERWISE)
    if not attach_known:
        raise KnownProfessional
    return known


def _identity(request: Request) -> Identity:
    """Listed by nobody but themselves: `listed` is the person's to choose (SECURITY.md, decision 6)."""
    return Identity(
        family_name=request.family_name or "",
        given_name=request.given_name or "",
        email=request.email,
        phone=request.phone,
        profession_code=request.profession_code,
        profession_label=request.profession_label,
        rpps=request.rpps,
    )


def _attach(request: Request, enrolled: Enrolled, unit_id: int | None) -> Affiliation:
    affiliation = Affiliation(
        person_id=enrolled.person.id,
        unit_id=unit_id,
        establishment_finess=request.establishment_finess,
        function=request.function,
        started_at=clock.now(),
        request_id=request.id,
    )
    db.session().add(affiliation)
    db.session().flush()
    index_professional(db.session(), enrolled.person.id)
    return affiliation
