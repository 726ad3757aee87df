"""A person's second factors, their sessions, and lost factors as the service centre reads them."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import clock, db
from app.models import Account, CodeGenerator, FactorReset, Passkey, Person, RecoveryCode, SignInSession


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can prove who they are."""

    password: bool
    generator: bool
    passkey: bool


@dataclass(frozen=True, slots=True)
class Factors:
    passkeys: list[Passkey]
    generator: CodeGenerator | None
    codes_left: int

    @property
    def second(self) -> bool:
        return bool(self.passkeys or self.generator)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """`handle` names it on the page: the id itself opens the session, and is never written there."""

    handle: str
    device: str | None
    network: str | None
    created_at: datetime
    seen_at: datetime | None
    expires_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class LostFactor:
    account_id: uuid.UUID
    name: str
    email: str
    phone: str | None
    is_agent: bool
    asked_at: datetime
    recorded_at: datetime | None


def ways_of(account_id: uuid.UUID) -> Ways:
    """One statement."""
    row = db.session().execute(
        sa.select(
            Account.password_hash.is_not(None),
            sa.exists().where(CodeGenerator.account_id == account_id, CodeGenerator.confirmed_at.is_not(None)),
            sa.exists().where(Passkey.account_id == account_id),
        ).where(Account.id == account_id)
    )
    return Ways(*row.one())


@dataclass(frozen=True, slots=True)
class Standing:
    """`second_factor`: whether one exists; `lost_since`: when its loss was declared, while it is under way."""

    second_factor: bool
    lost_since: datetime | None


def factor_standing(account_id: uuid.UUID) -> Standing:
    """One statement."""
    lost = sa.select(FactorReset.asked_at).where(
        FactorReset.account_id == account_id, FactorReset.done_at.is_(None), FactorReset.refused_at.is_(None)
    )
    generator = sa.exists().where(CodeGenerator.account_id == account_id, CodeGenerator.confirmed_at.is_not(None))
    passkey = sa.exists().where(Passkey.account_id == account_id)
    row = db.session().execute(sa.select(sa.or_(generator, passkey), lost.scalar_subquery()))
    return Standing(*row.one())


def factors_of(account_id: uuid.UUID) -> Factors:
    session = db.session()
    passkeys = sa.select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at)
    generator = sa.select(CodeGenerator).where(
        CodeGenerator.account_id == account_id, CodeGenerator.confirmed_at.is_not(None)
    )
    left = sa.select(sa.func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return Factors(list(session.scalars(passkeys)), session.scalars(generator).one_or_none(), session.scalar(left) or 0)


def open_sessions(account_id: uuid.UUID, *, here: str) -> list[OpenSession]:
    """Sessions that may still be used, the one `here` first, then the latest."""
    found = [
        OpenSession(
            handle_of(row.id), row.device, row.network, row.created_at, row.seen_at, row.expires_at, row.id == here
        )
        for row in _open(account_id)
    ]
    return sorted(found, key=lambda one: not one.here)


def session_id_of(account_id: uuid.UUID, handle: str) -> str | None:
    """The open session of that account which the page named so."""
    return next((row.id for row in _open(account_id) if handle_of(row.id) == handle), None)


def handle_of(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()[:16]


def pending_generator(account_id: uuid.UUID) -> CodeGenerator | None:
    """One whose first code is still to be typed."""
    query = sa.select(CodeGenerator).where(CodeGenerator.account_id == account_id, CodeGenerator.confirmed_at.is_(None))
    return db.session().scalars(query).one_or_none()


def lost_factors() -> list[LostFactor]:
    """Those to call back first, then those whose delay runs."""
    rows = db.session().execute(
        sa.select(FactorReset, Account, Person)
        .join(Account, Account.id == FactorReset.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(FactorReset.done_at.is_(None), FactorReset.refused_at.is_(None))
        .order_by(FactorReset.recorded_at.is_not(None), FactorReset.asked_at)
    )
    return [_lost(*row) for row in rows]


def lost_factor(account_id: uuid.UUID) -> FactorReset | None:
    """The reset of that account under way."""
    query = sa.select(FactorReset).where(
        FactorReset.account_id == account_id, FactorReset.done_at.is_(None), FactorReset.refused_at.is_(None)
    )
    return db.session().scalars(query).one_or_none()


def _lost(reset: FactorReset, account: Account, person: Person) -> LostFactor:
    return LostFactor(
        account_id=account.id,
        name=person.full_name,
        email=account.email,
        phone=person.phone,
        is_agent=account.agent_since is not None,
        asked_at=reset.asked_at,
        recorded_at=reset.recorded_at,
    )


def _open(account_id: uuid.UUID) -> list[SignInSession]:
    return list(
        db.session().scalars(
            sa.select(SignInSession)
            .where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
            .where(SignInSession.expires_at > clock.now())
            .order_by(SignInSession.created_at.desc())
        )
    )
