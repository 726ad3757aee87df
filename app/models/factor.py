"""Second factors: passkeys, code generators, recovery codes; what a browser is asked to answer; lost factors."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UuidKey

WAITING = text("done_at IS NULL AND refused_at IS NULL")


class Passkey(Base):
    """A public key whose private half never leaves the person's device. `sign_count` only grows."""

    __tablename__ = "passkey"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="named"),)

    id: Mapped[UuidKey]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CodeGenerator(Base):
    """A TOTP secret, sealed under a key derived from SECRET_KEY. `last_counter`: the latest code taken; none before it
    is taken any more."""

    __tablename__ = "code_generator"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_counter: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """A code to be used once when the second factor is not at hand. Only its digest is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[UuidKey]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """What one browser is asked to answer, once and soon: a WebAuthn ceremony, or the second factor of a sign-in.

    The browser knows it by its random id, in the signed cookie. `act`: the one that the answer will prove.
    """

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("purpose IN ('second_factor', 'sign_in', 'register', 'prove')", name="purpose_known"),
        CheckConstraint("purpose = 'sign_in' OR account_id IS NOT NULL", name="for_somebody"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    method: Mapped[str | None] = mapped_column(String(20))
    """The first factor, already given."""
    act: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class FactorReset(Base):
    """A lost second factor: asked, recorded by an agent who called back, removed a day later unless it is refused."""

    __tablename__ = "factor_reset"
    __table_args__ = (
        CheckConstraint(
            "(recorded_at IS NULL) = (recorded_by_account_id IS NULL) AND (recorded_at IS NULL) = (evidence IS NULL)",
            name="recorded_by_agent",
        ),
        CheckConstraint("recorded_by_account_id <> account_id", name="not_by_oneself"),
        CheckConstraint("done_at IS NULL OR (recorded_at IS NOT NULL AND refused_at IS NULL)", name="done_if_recorded"),
        Index(
            "uq_factor_reset_waiting",
            "account_id",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    id: Mapped[UuidKey]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    asked_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime | None]
    recorded_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    evidence: Mapped[str | None] = mapped_column(Text)
    refused_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
