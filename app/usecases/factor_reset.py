"""A second factor that is lost (SECURITY.md, case 40): asked after the password, recorded by an agent who called back,
removed a day later. The person is told at each step, and can refuse by a link until then."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.credentials.challenges import GONE
from app.credentials.links import Purpose, cancel, consume, issue
from app.credentials.proofs import take_proof
from app.credentials.sessions import end_sessions
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.free_text import holds_nir
from app.journal.catalogue import FactorResetAsked, FactorResetDone, FactorResetRecorded, FactorResetRefused
from app.journal.record import record
from app.models import Account, FactorReset, OneTimeLink
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import email_key
from app.usecases.factor_steps import has_second_factor, remove_all_factors
from app.usecases.sign_in import half_way

DELAY = timedelta(hours=24)
LONGEST_EVIDENCE = 1000
SYSTEM = "system"


@usecase(Permission.ACCOUNT_SIGN_IN)
def ask_factor_reset(_actor: Actor, _portal: None, *, challenge_id: str | None) -> None:
    """By who gave the password in this browser. Asking again changes nothing: one reset at a time."""
    account = half_way(challenge_id)
    if account is None:
        raise ImpossibleNow(GONE)
    if _waiting(account.id) is None:
        asked = FactorReset(account_id=account.id, asked_at=clock.now(), asked_by_account_id=account.id)
        db.session().add(asked)
        db.session().flush()
        own = reference(account)
        record(FactorResetAsked(actor=own, subject=own, concerned=f"person:{account.person_id}"))


@usecase(Permission.ACCOUNT_RESET_FACTORS)
def record_factor_reset(actor: Actor, account: Account, *, evidence: str) -> FactorReset:
    """The agent called the person back at a number already known: the delay begins, and a mail leaves with the link
    that refuses."""
    evidence = _evidence(evidence)
    if not has_second_factor(account.id):
        raise ImpossibleNow("Ce compte n’a pas de second facteur.")
    take_proof(actor.session_id, act_key(Permission.ACCOUNT_RESET_FACTORS, account.id))
    reset = _waiting(account.id) or FactorReset(
        account_id=account.id, asked_at=clock.now(), asked_by_account_id=actor.account_id
    )
    if reset.recorded_at is not None:
        raise ImpossibleNow("La perte de ce second facteur est déjà enregistrée.")
    reset.recorded_at, reset.recorded_by_account_id, reset.evidence = clock.now(), actor.account_id, evidence
    db.session().add(reset)
    link = issue(Purpose.FACTOR_RESET, account_id=account.id)
    fields = {"link_id": str(link.id), "removed_at": (clock.now() + DELAY).isoformat()}
    person = f"person:{account.person_id}"
    own = reference(account)
    record(FactorResetRecorded(actor=actor.reference, subject=own, concerned=person, reason=evidence, **fields))
    return reset


@usecase(Permission.ACCOUNT_ACTIVATE)
def refuse_factor_reset(_actor: Actor, link: OneTimeLink) -> None:
    """By the mailed link, until the factor is removed."""
    reset = _waiting(link.account_id) if link.purpose == Purpose.FACTOR_RESET and link.account_id else None
    if reset is None:
        raise ImpossibleNow("Il n’y a plus rien à refuser.")
    consume(link)
    reset.refused_at = clock.now()
    db.session().flush()
    account = db.session().get_one(Account, reset.account_id)
    own = reference(account)
    record(FactorResetRefused(actor=own, subject=own, concerned=f"person:{account.person_id}"))


def remove_lost_factors() -> int:
    """Those whose delay is over; run by the worker. One transaction each; the number removed."""
    due = sa.select(FactorReset.id).where(
        FactorReset.recorded_at <= clock.now() - DELAY, FactorReset.refused_at.is_(None), FactorReset.done_at.is_(None)
    )
    ids = db.session().scalars(due).all()
    db.session().rollback()
    return sum(_remove(id_) for id_ in ids)


def remove_factors_of_agent(email: str) -> None:
    """At once, by who runs the portal: the last agent has no other agent to call. Told by mail, in the journal."""
    query = sa.select(Account).where(Account.email_key == email_key(email), Account.agent_since.is_not(None))
    account = db.session().scalars(query).one_or_none()
    if account is None or not has_second_factor(account.id):
        raise ImpossibleNow("Aucun agent avec un second facteur n’a cette adresse.")
    _clear(account)
    db.session().commit()


# ── steps ───────────────────────────────────────────────────────────────────


def _waiting(account_id: uuid.UUID) -> FactorReset | None:
    query = sa.select(FactorReset).where(
        FactorReset.account_id == account_id, FactorReset.done_at.is_(None), FactorReset.refused_at.is_(None)
    )
    return db.session().scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _remove(id_: uuid.UUID) -> int:
    """Nothing when it was refused, or done by another worker, meanwhile."""
    session = db.session()
    done = sa.update(FactorReset).where(
        FactorReset.id == id_, FactorReset.refused_at.is_(None), FactorReset.done_at.is_(None)
    )
    account_id = session.scalars(done.values(done_at=clock.now()).returning(FactorReset.account_id)).one_or_none()
    if account_id is not None:
        _clear(session.get_one(Account, account_id))
    session.commit()
    return int(account_id is not None)


def _clear(account: Account) -> None:
    remove_all_factors(account.id)
    end_sessions(account.id)
    cancel(Purpose.FACTOR_RESET, account_id=account.id)
    person = f"person:{account.person_id}"
    record(FactorResetDone(actor=SYSTEM, subject=reference(account), concerned=person))


def _evidence(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid({"justificatif": "Indiquez le numéro rappelé et ce que la personne a confirmé."})
    if len(text) > LONGEST_EVIDENCE:
        raise Invalid({"justificatif": f"Écrivez {LONGEST_EVIDENCE} caractères au plus."})
    if holds_nir(text):
        raise Invalid({"justificatif": "N’écrivez pas de numéro de sécurité sociale ni de donnée sur un patient."})
    return text
