"""Raw statements, as somebody with a database prompt would write them, and the questions that invariants ask it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models import Authentication, Mandate, Nomination, Request, effective
from tests import factories
from tests.model.plain import Ask, Human, Offer, Office

# ── statements ──────────────────────────────────────────────────────────────


def acceptance(session: Session, *, offer: Offer, human: Human, now: datetime) -> None:
    answered = {"status": "accepted", "closed_at": now, "person_id": human.person_id}
    session.execute(sa.update(Nomination).where(Nomination.id == offer.id).values(**answered))
    _referent(session, offer, offer.presidency, human, now)


def referent(session: Session, *, offer: Offer, office: Office, now: datetime) -> None:
    _referent(session, offer, office, offer.nominee, now)


def _referent(session: Session, offer: Offer, by: Office, human: Human, now: datetime) -> None:
    row: dict[str, Any] = {
        "id": uuid.uuid4(),
        "establishment_finess": offer.cpts,
        "person_id": human.person_id or by.human.person_id,
        "role": "referent",
        "started_at": now,
        "nomination_id": offer.id,
        "granting_mandate_id": by.id,
        "granting_person_id": by.human.person_id,
        "granting_role": "president",
    }
    session.execute(sa.insert(Mandate).values(**row))


def nomination(session: Session, *, office: Office, act: str | None, age: timedelta, now: datetime) -> None:
    proof = {"id": uuid.uuid4(), "person_id": office.human.person_id, "method": "password", "at": now - age, "act": act}
    session.execute(sa.insert(Authentication).values(**proof))
    row: dict[str, Any] = {
        "id": uuid.uuid4(),
        "establishment_finess": office.cpts,
        "mandate_id": office.id,
        "nominated_by_person_id": office.human.person_id,
        "granting_role": office.role,
        "authentication_id": proof["id"],
        "family_name": "Essai",
        "given_name": "Camille",
        "email": "faux@essai.example",
        "email_key": "faux@essai.example",
        "phone": factories.PHONE,
        "function": "Coordination",
        "status": "proposed",
        "created_at": now,
        "expires_at": now + timedelta(days=7),
    }
    session.execute(sa.insert(Nomination).values(**row))


def decision(session: Session, *, ask: Ask, office: Office, by: Human, now: datetime, to: str) -> None:
    signed = {
        "status": to,
        "refusal_reason": "Faux" if to == "refused" else None,
        "decided_at": now + timedelta(microseconds=1),  # never the very decision that was made
        "decided_by_account_id": by.account_id,
        "decided_as": office.role,
        "deciding_mandate_id": office.id,
    }
    session.execute(sa.update(Request).where(Request.id == ask.id).values(**signed))


def end(session: Session, *, office: Office, by: Office, act: str | None, now: datetime) -> None:
    proof = {"id": uuid.uuid4(), "person_id": by.human.person_id, "method": "password", "at": now, "act": act}
    session.execute(sa.insert(Authentication).values(**proof))
    ended = {"ended_at": now, "end_reason": "Faux", "ended_by_mandate_id": by.id, "ended_by_role": by.role}
    ended["end_authentication_id"] = proof["id"]
    session.execute(sa.update(Mandate).where(Mandate.id == office.id).values(**ended))


def presidency(session: Session, *, human: Human, by: Human, cpts: str, seat: int, now: datetime) -> None:
    request: dict[str, Any] = {
        "id": uuid.uuid4(),
        "number": f"F-{uuid.uuid4().hex[:9]}",
        "kind": "presidency",
        "status": "accepted",
        "establishment_finess": cpts,
        "family_name": "Essai",
        "given_name": "Camille",
        "email": human.email,
        "email_key": human.email,
        "phone": factories.PHONE,
        "listed": False,
        "person_id": human.person_id,
        "submitted_at": now,
        "updated_at": now,
        "tracking_generation": 1,
        "version": 1,
        "decided_at": now + timedelta(microseconds=1),  # never the very decision that was made
        "decided_by_account_id": by.account_id,
        "decided_as": "agent",
    }
    session.execute(sa.insert(Request).values(**request))
    row: dict[str, Any] = {
        "id": uuid.uuid4(),
        "establishment_finess": cpts,
        "person_id": human.person_id,
        "role": "president",
        "seat": seat,
        "started_at": now,
        "granting_request_id": request["id"],
        "granted_by_account_id": by.account_id,
    }
    session.execute(sa.insert(Mandate).values(**row))


def reopened(session: Session, *, office: Office, other: Human) -> None:
    session.execute(sa.update(Mandate).where(Mandate.id == office.id).values(ended_at=None, end_reason=None))


def given_away(session: Session, *, office: Office, other: Human) -> None:
    session.execute(sa.update(Mandate).where(Mandate.id == office.id).values(person_id=other.person_id))


def deleted(session: Session, *, office: Office, other: Human) -> None:
    session.execute(sa.delete(Mandate).where(Mandate.id == office.id))


def backdated(session: Session, *, office: Office, other: Human) -> None:
    earlier = office.started - timedelta(days=30)
    session.execute(sa.update(Mandate).where(Mandate.id == office.id).values(started_at=earlier))


# ── questions ───────────────────────────────────────────────────────────────

_by = aliased(Mandate)

EFFECTIVE = sa.select(Mandate.id).where(effective(Mandate))

UNGROUNDED = (
    sa.select(Mandate.id)
    .outerjoin(Nomination, Nomination.id == Mandate.nomination_id)
    .outerjoin(_by, _by.id == Nomination.mandate_id)
    .where(
        Mandate.role == "referent",
        sa.not_(
            sa.func.coalesce(
                sa.and_(
                    Nomination.status == "accepted",
                    Nomination.person_id == Mandate.person_id,
                    _by.role == "president",
                    _by.establishment_finess == Mandate.establishment_finess,
                    _by.started_at <= Nomination.created_at,
                    Nomination.created_at <= Mandate.started_at,
                    sa.or_(_by.ended_at.is_(None), _by.ended_at >= Mandate.started_at),
                ),
                sa.false(),
            )
        ),
    )
)
"""Référents, past ones too, without a nomination made and answered while the nominator presided there."""

UNABLE = (
    sa.select(Request.id)
    .join(Mandate, Mandate.id == Request.deciding_mandate_id)
    .outerjoin(_by, _by.id == Mandate.granting_mandate_id)
    .where(
        sa.or_(
            Mandate.establishment_finess != Request.establishment_finess,
            Mandate.started_at > Request.decided_at,
            Mandate.ended_at < Request.decided_at,
            _by.ended_at < Request.decided_at,
            Mandate.person_id == Request.person_id,
        )
    )
)
"""Requests decided under a mandate that was not in office there, or by the person who asked."""

STATUSES = sa.select(Request.id, Request.status).where(Request.kind == "affiliation")
