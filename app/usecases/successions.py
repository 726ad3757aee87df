"""Successions: the outgoing president presents who follows, or answers whoever claims the presidency (B-10).

`check_succession` is what accepting a presidency request asks first; `tell_presidents` and `open_successions` see to it
that every president in office was told. The rule is in app/domain/successions.py.
"""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa

from app import clock, db
from app.credentials.proofs import take_proof
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.requests import PENDING, Kind, is_pending
from app.domain.successions import OBJECTION_WITHIN, Answer, TooSoon, waits_until
from app.journal.catalogue import SuccessionAnswered, SuccessionClaimed, SuccessionPresented
from app.models import LIVING, Account, Establishment, Mandate, Request, SuccessionNotice, in_office
from app.policies.actor import Actor, HeldMandate, Role
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.request_steps import note, refresh, tell, words
from app.usecases.requests import Submission, new_request
from app.working_days import day_of

BATCH = 200
NOT_TOLD = (
    "La présidence en exercice n’a pas encore été prévenue de cette demande. Le courriel part dans quelques minutes ; "
    "elle a ensuite sept jours pour s’opposer."
)


@usecase(Permission.MANDATE_PRESENT_SUCCESSOR)
def present_successor(
    actor: Actor, establishment: Establishment, submission: Submission, *, assembly_on: date
) -> Request:
    """A presidency request, already agreed by who presents it. Raises ProofNeeded without a proof for this act."""
    if assembly_on > day_of(clock.now()):
        raise Invalid({"date_assemblee": "L’assemblée n’a pas encore eu lieu : indiquez une date passée."})
    held = _presidency(actor, establishment.finess)
    proof = take_proof(actor.session_id, act_key(Permission.MANDATE_PRESENT_SUCCESSOR, establishment.finess))
    details = {**submission.details, "assembly_on": assembly_on.isoformat(), "presented_by": str(held.id)}
    request = new_request(actor, establishment, submission, uuid.uuid4())
    request.details = details
    if _presides(request):
        raise Invalid({"email": "Cette personne préside déjà la CPTS."})
    db.session().add(request)
    db.session().flush()
    note(request, "submitted", f"{actor.name}, présidence en exercice", actor=actor, body=submission.message)
    notices = _notify(request)
    for notice in notices:
        if notice.mandate_id == held.id:
            _sign(notice, actor, Answer.AGREED, None)
    others = [str(notice.mandate_id) for notice in notices if notice.answer is None]
    fields = {"mandate_id": str(held.id), "authentication_id": str(proof), "told": others}
    tell(SuccessionPresented, actor, request, **fields)
    return request


@usecase(Permission.SUCCESSION_ANSWER)
def answer_succession(actor: Actor, notice: SuccessionNotice, *, agrees: bool, reason: str = "") -> None:
    """The president in office agrees (with a proof for this act: it ends the delay) or objects, and says why.

    Until the request is decided they may change their mind. Raises ImpossibleNow once it is.
    """
    request = db.session().get_one(Request, notice.request_id)
    refresh(request)
    db.session().refresh(notice)
    if not is_pending(request.status):
        raise ImpossibleNow("Cette demande a déjà été traitée : il n’y a plus à répondre.")
    if agrees:
        take_proof(actor.session_id, act_key(Permission.SUCCESSION_ANSWER, notice.id))
        _sign(notice, actor, Answer.AGREED, None)
    else:
        objection = words(reason, "motif", "Indiquez pourquoi vous vous opposez : le centre de services le lit.")
        _sign(notice, actor, Answer.OBJECTED, objection)
    fields = {"mandate_id": str(notice.mandate_id), "answer": notice.answer, "reason": notice.reason}
    tell(SuccessionAnswered, actor, request, **fields)


def check_succession(request: Request) -> None:
    """Raises ImpossibleNow (TooSoon with its `until`) while a president in office may still object.

    Called by whoever accepts a presidency request, with its row locked. Nobody waits for who asks for themselves, for
    an ended or over presidency, nor for a president whose account is suspended or closed.
    """
    if request.kind != Kind.PRESIDENCY:
        return
    told = {notice.mandate_id: notice for notice in notices_of(request.id)}
    waiting = [told.get(mandate.id) for mandate in _concerned(request)]
    notices = [notice for notice in waiting if notice is not None]
    if len(notices) < len(waiting):
        raise ImpossibleNow(NOT_TOLD)
    until = waits_until((notice.answer, notice.objects_until) for notice in notices)
    if until is not None and until > clock.now():
        raise TooSoon(until)


def notices_of(request_id: uuid.UUID) -> list[SuccessionNotice]:
    """Which presidents were told of that request, and their answers."""
    query = sa.select(SuccessionNotice).where(SuccessionNotice.request_id == request_id)
    return list(db.session().scalars(query.order_by(SuccessionNotice.told_at, SuccessionNotice.id)))


def tell_presidents(request: Request) -> None:
    """A step of whoever submits a presidency request: each president in office not told yet has seven days from now."""
    notices = _notify(request)
    if notices:
        tell(SuccessionClaimed, None, request, told=[str(notice.mandate_id) for notice in notices])


def open_successions() -> int:
    """Tell the presidents in office of the claims they do not know of; run by the worker. The requests told of."""
    session = db.session()
    untold = sa.exists().where(SuccessionNotice.request_id == Request.id, SuccessionNotice.mandate_id == Mandate.id)
    claims = (
        sa.select(Request.id)
        .join(Mandate, Mandate.establishment_finess == Request.establishment_finess)
        .join(Account, Account.person_id == Mandate.person_id)
        .where(Request.kind == Kind.PRESIDENCY, Request.status.in_(PENDING))
        .where(Mandate.role == Role.PRESIDENT.value, in_office(Mandate), Account.status.in_(LIVING))
        .where(Mandate.person_id.is_distinct_from(Request.person_id), Account.email_key != Request.email_key)
        .where(sa.not_(untold))
        .distinct()
        .limit(BATCH)
    )
    ids = session.scalars(claims).all()
    session.rollback()
    for id_ in ids:
        request = session.get_one(Request, id_)
        refresh(request)
        if is_pending(request.status):
            tell_presidents(request)
        session.commit()
    return len(ids)


# ── steps ───────────────────────────────────────────────────────────────────


def _presidency(actor: Actor, finess: str) -> HeldMandate:
    held = actor.mandate_in(finess, Role.PRESIDENT)
    if held is None:
        raise NotAllowed(Permission.MANDATE_PRESENT_SUCCESSOR)
    return held


def _concerned(request: Request) -> list[Mandate]:
    """Presidents in office there whose account lives, but who asks; the row of each is held until the commit."""
    query = (
        sa.select(Mandate)
        .join(Account, Account.person_id == Mandate.person_id)
        .where(Mandate.establishment_finess == request.establishment_finess)
        .where(Mandate.role == Role.PRESIDENT.value, in_office(Mandate), Account.status.in_(LIVING))
        .where(Account.email_key != request.email_key)
        .order_by(Mandate.seat)
        .with_for_update(of=Mandate, read=True)
    )
    return [mandate for mandate in db.session().scalars(query) if mandate.person_id != request.person_id]


def _presides(request: Request) -> bool:
    """Whether the address is that of a president in office there."""
    query = (
        sa.select(Mandate.id)
        .join(Account, Account.person_id == Mandate.person_id)
        .where(Mandate.establishment_finess == request.establishment_finess, Account.email_key == request.email_key)
        .where(Mandate.role == Role.PRESIDENT.value, in_office(Mandate))
    )
    return db.session().scalar(query.limit(1)) is not None


def _notify(request: Request) -> list[SuccessionNotice]:
    """New notices for the presidents in office who have none."""
    session, now = db.session(), clock.now()
    known = {notice.mandate_id for notice in notices_of(request.id)}
    made = [
        SuccessionNotice(
            request_id=request.id,
            mandate_id=mandate.id,
            mandate_role=Role.PRESIDENT.value,
            person_id=mandate.person_id,
            establishment_finess=mandate.establishment_finess,
            told_at=now,
            objects_until=now + OBJECTION_WITHIN,
        )
        for mandate in _concerned(request)
        if mandate.id not in known
    ]
    session.add_all(made)
    session.flush()
    return made


def _sign(notice: SuccessionNotice, actor: Actor, answer: Answer, reason: str | None) -> None:
    notice.answer, notice.reason = answer.value, reason
    notice.answered_at, notice.answered_by_account_id = clock.now(), actor.account_id
    db.session().flush()
