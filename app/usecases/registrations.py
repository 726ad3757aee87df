"""Registrations of CPTS: a condition, the signed ACI; accepted, they open the pages of the CPTS (S-051 to S-054)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.registrations import CATEGORY_LABEL, check_aci_date
from app.domain.requests import Kind, Status
from app.journal.catalogue import RequestAccepted, RequestAciGiven
from app.models import Commune, Establishment, LegalEntity, Request, Unit, UnitCommune
from app.models.establishment import CPTS_CATEGORY
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.search.index import index_establishment
from app.usecases.base import usecase
from app.usecases.registers.cpts_units import open_cpts_units
from app.usecases.registers.memory import Author, Before, write_revisions
from app.usecases.request_steps import announce, decide, enter, lock, note, signature
from app.usecases.sheet_steps import role_of
from app.working_days import day_of

NOT_AWAITED = "Cette demande n’attend pas de date de signature de l’ACI."


@dataclass(frozen=True, kw_only=True)
class CptsPages:
    """What an agent checked of a CPTS before its pages open. Phone in E.164; `commune_insee`: of its seat."""

    finess: str
    legal_entity_finess: str
    name: str
    street: str
    postcode: str
    city: str
    commune_insee: str
    phone: str
    zone: tuple[str, ...]
    aci_signed_on: date


@usecase(Permission.REQUEST_ANSWER)
def give_aci(actor: Actor, request: Request, *, signed_on: date, proof: str | None = None) -> None:
    """Who asked says when the ACI was signed: the request is to be decided. Raises Invalid on a date to come."""
    _give_aci(actor, request, signed_on, proof, request.full_name)


@usecase(Permission.REQUEST_DECIDE)
def record_aci(actor: Actor, request: Request, *, signed_on: date, proof: str | None = None) -> None:
    """The same by an agent who learnt it otherwise."""
    _give_aci(actor, request, signed_on, proof, signature(actor, request))


@usecase(Permission.REQUEST_DECIDE)
def accept_cpts(actor: Actor, request: Request, *, pages: CptsPages) -> Establishment:
    """The establishment, its legal entity, its unit with its zone, found by the search; all of it or nothing.

    Raises ImpossibleNow without an ACI, or when the number is that of an establishment by now.
    """
    lock(request, Status.ACCEPTED, Kind.CPTS)
    _check(pages)
    _open_legal_entity(pages)
    establishment = _open_establishment(pages)
    unit = _open_unit(establishment, pages.zone)
    request.establishment_finess = establishment.finess
    decide(actor, request, Status.ACCEPTED)
    note(request, "accepted", signature(actor, request), actor=actor)
    _remember(actor, establishment.finess)
    index_establishment(db.session(), establishment.finess)
    announce(RequestAccepted, actor, request, made=[reference(establishment), reference(unit)])
    return establishment


# ── steps ───────────────────────────────────────────────────────────────────


def _give_aci(actor: Actor, request: Request, signed_on: date, proof: str | None, author: str) -> None:
    today = day_of(clock.now())
    check_aci_date(signed_on, today)
    lock(request, Status.SUBMITTED, Kind.CPTS)
    if request.status != Status.ACI_AWAITED:
        raise ImpossibleNow(NOT_AWAITED)
    given = {"aci_signed_on": signed_on.isoformat(), "aci_reference": proof}
    request.details = {**request.details, **{name: value for name, value in given.items() if value}}
    enter(request, Status.SUBMITTED)
    note(request, "aci_given", author, actor=actor, body=f"ACI signé le {signed_on:%d/%m/%Y}.")
    announce(RequestAciGiven, actor, request)


def _remember(actor: Actor, finess: str) -> None:
    """The first publication of the CPTS, with which its history begins."""
    born = Before(born={finess}, opened={finess})
    write_revisions(born, Author("registration", actor.account_id, role_of(actor, finess)))


def _check(pages: CptsPages) -> None:
    session = db.session()
    check_aci_date(pages.aci_signed_on, day_of(clock.now()))
    if pages.legal_entity_finess == pages.finess:
        raise Invalid({"finess_ej": "L’entité juridique a son propre numéro, différent de celui de l’établissement."})
    if session.get(Establishment, pages.legal_entity_finess) is not None:
        raise Invalid({"finess_ej": "Ce numéro est celui d’un établissement, pas d’une entité juridique."})
    if session.get(LegalEntity, pages.finess) is not None:
        raise Invalid({"finess": "Ce numéro est celui d’une entité juridique, pas d’un établissement."})
    known = set(session.scalars(sa.select(Commune.insee).where(Commune.insee.in_(pages.zone))))
    if not known or known != set(pages.zone):
        raise Invalid({"zone": "Choisissez au moins une commune, parmi celles du répertoire."})


def _open_legal_entity(pages: CptsPages) -> None:
    """Created under the name of the CPTS when it is unknown; its own register names it later."""
    session = db.session()
    if session.get(LegalEntity, pages.legal_entity_finess) is not None:
        return
    row = {"finess": pages.legal_entity_finess, "name": pages.name, "updated_at": clock.now()}
    try:
        with session.begin_nested():
            session.execute(sa.insert(LegalEntity), [row])
    except sa.exc.IntegrityError:  # another acceptance has just created it
        session.get_one(LegalEntity, pages.legal_entity_finess)


def _open_establishment(pages: CptsPages) -> Establishment:
    """As the import of the register would; without a date of that register, whose next line thus completes it."""
    session = db.session()
    taken = ImpossibleNow(
        f"Un établissement porte déjà le numéro {pages.finess}\u00a0: corrigez-le, ou refusez la demande en doublon."
    )
    if session.get(Establishment, pages.finess) is not None:
        raise taken
    seat = session.get_one(Commune, pages.commune_insee)
    establishment = Establishment(
        finess=pages.finess,
        legal_entity_finess=pages.legal_entity_finess,
        name=pages.name,
        category_code=CPTS_CATEGORY,
        category_label=CATEGORY_LABEL,
        street=pages.street,
        postcode=pages.postcode,
        city=pages.city,
        commune_insee=seat.insee,
        departement=seat.departement,
        phone=pages.phone,
        aci_signed_on=pages.aci_signed_on,
        updated_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(establishment)
    except sa.exc.IntegrityError:
        raise taken from None
    return establishment


def _open_unit(establishment: Establishment, zone: tuple[str, ...]) -> Unit:
    session = db.session()
    open_cpts_units([establishment.finess])
    unit = session.scalars(sa.select(Unit).where(Unit.establishment_finess == establishment.finess)).one()
    session.add_all(UnitCommune(unit_id=unit.id, insee=insee) for insee in dict.fromkeys(zone))
    session.flush()
    return unit
