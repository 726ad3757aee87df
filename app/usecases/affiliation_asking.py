"""Asking for a rattachement: by anybody, without an account, once at a time in a CPTS."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.requests import PENDING, Kind, Status, deadline, new_number
from app.journal.catalogue import AffiliationLinkSent, AffiliationRequested
from app.models import Establishment, Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import email_key
from app.usecases.request_steps import check_unit, link_sent_lately, note, own_person, tell
from app.working_days import day_of


class AlreadyPending(ImpossibleNow):
    """The address given has a request waiting in this CPTS; says nothing more about it."""

    def __init__(self) -> None:
        super().__init__("Une demande est déjà en cours avec cette adresse pour cette CPTS.")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a professional asks, checked by the form: phone in E.164, RPPS of eleven digits or None."""

    family_name: str
    given_name: str
    email: str
    phone: str
    profession_code: str | None
    profession_label: str
    rpps: str | None = None
    function: str | None = None
    message: str | None = None
    unit_id: int
    listed: bool = False


@usecase(Permission.AFFILIATION_ASK)
def ask_affiliation(
    actor: Actor, establishment: Establishment, wish: Wish, *, client_key: uuid.UUID | None = None
) -> Request:
    """A new request; the same one again when the same form is sent twice. Raises AlreadyPending."""
    session = db.session()
    key = email_key(wish.email)
    id_ = uuid.uuid5(client_key, f"{establishment.finess}:{key}") if client_key else uuid.uuid4()
    if (sent_before := session.get(Request, id_)) is not None:
        return sent_before
    check_unit(establishment.finess, wish.unit_id)
    request = new_affiliation(actor, establishment, wish, id_)
    try:
        with session.begin_nested():
            session.add(request)
    except sa.exc.IntegrityError:
        return _same_or_pending(id_, establishment.finess, key)
    note(request, "submitted", request.full_name, actor=actor, body=wish.message)
    tell(AffiliationRequested, actor, request)
    return request


@usecase(Permission.AFFILIATION_ASK)
def send_tracking_link_again(actor: Actor, establishment: Establishment, *, email: str) -> None:
    """Mail its link to the address that has a request pending, at most once an hour; silent otherwise."""
    request = _pending_request(establishment.finess, email_key(email))
    if request is None or link_sent_lately(request):
        return
    note(request, "link_sent", request.full_name, actor=actor)
    tell(AffiliationLinkSent, actor, request)


# ── steps ───────────────────────────────────────────────────────────────────


def new_affiliation(actor: Actor, establishment: Establishment, wish: Wish, id_: uuid.UUID) -> Request:
    """What is asked, not in the session yet."""
    now = clock.now()
    return Request(
        id=id_,
        number=new_number(secrets.randbits(64)),
        kind=Kind.AFFILIATION.value,
        status=Status.SUBMITTED.value,
        establishment_finess=establishment.finess,
        unit_id=wish.unit_id,
        family_name=wish.family_name,
        given_name=wish.given_name,
        email=wish.email,
        email_key=email_key(wish.email),
        phone=wish.phone,
        profession_code=wish.profession_code,
        profession_label=wish.profession_label,
        rpps=wish.rpps,
        function=wish.function,
        message=wish.message,
        listed=wish.listed,
        person_id=own_person(actor, wish.email),
        submitted_by_account_id=actor.account_id,
        submitted_at=now,
        updated_at=now,
        waiting_since=now,
        expires_on=deadline(Status.SUBMITTED, day_of(now)),
    )


def _same_or_pending(id_: uuid.UUID, finess: str, key: str) -> Request:
    """What stood in the way of the insert: the same form sent at the same moment, or another request."""
    same = db.session().get(Request, id_, populate_existing=True)
    if same is not None:
        return same
    if _pending_request(finess, key) is None:
        raise ImpossibleNow("Le portail est très sollicité. Rien n’a été perdu, réessayez.")
    raise AlreadyPending


def _pending_request(finess: str, key: str) -> Request | None:
    return (
        db.session()
        .scalars(
            sa.select(Request).where(
                Request.kind == Kind.AFFILIATION,
                Request.establishment_finess == finess,
                Request.email_key == key,
                Request.status.in_(PENDING),
            )
        )
        .one_or_none()
    )
