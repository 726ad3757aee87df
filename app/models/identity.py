"""Identities that a provider vouches for (Pro Santé Connect), and those that wait for an account."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UuidKey


class ExternalIdentity(Base):
    """`subject` (SubjectNameID) of `issuer` opens that account; linked after a proof, never on a number typed."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("account_id", "issuer", name="uq_external_identity_account_issuer"),)

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    linked_at: Mapped[datetime]
    last_used_at: Mapped[datetime]


class IdentityClaim(Base):
    """Somebody whom a provider has just vouched for, and who has no account yet: one hour to open one.

    The browser holds its id. `link_id`: the link mailed to the address that was typed; both are needed, so that nobody
    opens an account under the address of another.
    """

    __tablename__ = "identity_claim"

    id: Mapped[UuidKey]
    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(120))
    given_name: Mapped[str] = mapped_column(String(120))
    rpps: Mapped[str | None] = mapped_column(String(11))
    profession_code: Mapped[str | None] = mapped_column(String(4))
    created_at: Mapped[datetime]
    link_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("one_time_link.id"), unique=True)


class ProviderSession(Base):
    """The provider's token behind a sign-in session: what ends the session there too."""

    __tablename__ = "provider_session"

    session_id: Mapped[str] = mapped_column(ForeignKey("sign_in_session.id"), primary_key=True)
    id_token: Mapped[str] = mapped_column(Text)
