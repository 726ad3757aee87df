"""People: rows of the professional register (RPPS), and the persons whom the portal knows."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, Index, Integer, String, false
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UuidKey


class Professional(Base):
    """A person of the Annuaire Santé. Being here gives no right and no listing (RG_EXP_031: read-only data)."""

    __tablename__ = "professional"
    __table_args__ = (Index("uq_professional_rpps", "rpps", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    rpps: Mapped[str] = mapped_column(String(11))
    family_name: Mapped[str] = mapped_column(String(120))
    given_name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str | None] = mapped_column(String(40))
    profession_code: Mapped[str] = mapped_column(String(4))
    profession_label: Mapped[str] = mapped_column(String(120))
    speciality_code: Mapped[str | None] = mapped_column(String(10))
    speciality_label: Mapped[str | None] = mapped_column(String(160))
    updated_at: Mapped[datetime]
    register_digest: Mapped[int | None] = mapped_column(BigInteger)
    """Of the lines that gave this person and their activities, which the import alone writes."""


class ProfessionalActivity(Base):
    """One activity row of the register: where and how the professional practises."""

    __tablename__ = "professional_activity"
    __table_args__ = (Index("uq_professional_activity_key", "professional_id", "key", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    professional_id: Mapped[int] = mapped_column(ForeignKey("professional.id"))
    key: Mapped[str] = mapped_column(String(64))
    mode_code: Mapped[str | None] = mapped_column(String(4))
    site_name: Mapped[str | None] = mapped_column(String(200))
    site_finess: Mapped[str | None] = mapped_column(String(9), index=True)
    postcode: Mapped[str | None] = mapped_column(String(5))
    commune_insee: Mapped[str | None] = mapped_column(String(5), index=True)
    commune_name: Mapped[str | None] = mapped_column(String(120))
    updated_at: Mapped[datetime]


class Person(Base):
    """Somebody the portal knows by their own act or a president's. `listed`: named publicly, by their choice."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("length(trim(family_name)) > 0 AND length(trim(given_name)) > 0", name="named"),
        CheckConstraint("rpps IS NULL OR length(rpps) = 11", name="rpps_length"),
    )

    id: Mapped[UuidKey]
    family_name: Mapped[str] = mapped_column(String(120))
    given_name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))
    profession_code: Mapped[str | None] = mapped_column(String(4))
    profession_label: Mapped[str | None] = mapped_column(String(120))
    rpps: Mapped[str | None] = mapped_column(String(11), unique=True)
    listed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    """Since when only a pseudonym is left of them."""

    @hybrid_property
    def full_name(self) -> str:
        """In SQL too; null for a person whom an outer join did not find."""
        return f"{self.given_name} {self.family_name}"

    @full_name.inplace.expression
    @classmethod
    def _full_name_in_sql(cls) -> ColumnElement[str]:
        return cls.given_name + " " + cls.family_name


class Account(Base):
    """The sign-in of a person: password, passkey, Pro Santé Connect. `email_key`: the address in NFKC, lower case."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("status IN ('invited', 'active', 'suspended', 'closed')", name="status_known"),
        CheckConstraint("status <> 'active' OR activated_at IS NOT NULL", name="active_was_activated"),
    )

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12), default="invited")
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    agent_since: Mapped[datetime | None]
    terms_version: Mapped[str | None] = mapped_column(String(20))
    terms_accepted_at: Mapped[datetime | None]
    idle_noticed_at: Mapped[datetime | None]
    """When its owner was told that it will be closed for want of use."""


class SignInSession(Base):
    """Server side of a sign-in: the cookie carries only the random id. Ended, never deleted while it matters."""

    __tablename__ = "sign_in_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    strong: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Opened with two factors; what is required of agents."""
    device: Mapped[str | None] = mapped_column(String(60))
    network: Mapped[str | None] = mapped_column(String(43))
    seen_at: Mapped[datetime | None]


class Authentication(Base):
    """A proof of identity given at a moment, for one act named in `act`; without one, to sign in.

    A sensitive act takes a proof that was given for it, at most ten minutes ago, and that no act has used.
    """

    __tablename__ = "authentication"
    __table_args__ = (Index("uq_authentication_id_person", "id", "person_id", unique=True),)

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    session_id: Mapped[str | None] = mapped_column(String(64), index=True)
    method: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    act: Mapped[str | None] = mapped_column(String(120))
    used_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """Server side of a mailed link; the link itself is the signed id, so the table holds no secret.

    `purpose`: see app/credentials/links.py. Single use: `used_at` is set by a conditional UPDATE.
    """

    __tablename__ = "one_time_link"

    id: Mapped[UuidKey]
    purpose: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    nomination_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("nomination.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    """The address that the link proves, when it is not that of an account yet."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
