"""Requests: one model and one life whatever is asked (kinds in app/domain/requests.py)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, UuidKey
from app.models.establishment import Establishment, Unit

KINDS = "'affiliation', 'presidency', 'cpts', 'account', 'sas_account', 'help', 'correction', 'report', 'contact'"
ONE_PENDING = text("status IN ('submitted', 'info_needed') AND kind IN ('affiliation', 'presidency', 'account')")


class Request(Base):
    __tablename__ = "request"
    __table_args__ = (
        UniqueConstraint("id", "establishment_finess", name="uq_request_id_establishment"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind_known"),
        CheckConstraint(
            "status IN ('submitted', 'info_needed', 'aci_awaited', 'accepted', 'refused', 'cancelled', 'expired')",
            name="status_known",
        ),
        CheckConstraint("status <> 'aci_awaited' OR kind = 'cpts'", name="aci_is_of_a_cpts"),
        CheckConstraint(
            "establishment_finess IS NOT NULL OR kind IN ('cpts', 'sas_account', 'help', 'report', 'contact')",
            name="establishment_known",
        ),
        CheckConstraint(
            "(family_name IS NOT NULL AND given_name IS NOT NULL)"
            " OR kind IN ('cpts', 'help', 'correction', 'report', 'contact')",
            name="person_named",
        ),
        CheckConstraint(
            "appeal_of_id IS NULL OR decided_as IS NULL OR decided_as = 'agent'", name="appeal_decided_by_agent"
        ),
        CheckConstraint(
            "status NOT IN ('accepted', 'refused') OR (decided_at IS NOT NULL AND decided_by_account_id IS NOT NULL"
            " AND decided_as IN ('president', 'referent', 'agent') AND decided_as IS NOT NULL)",
            name="decision_is_signed",
        ),
        CheckConstraint(
            "decided_as IS NULL OR (decided_as = 'agent') = (deciding_mandate_id IS NULL)", name="decided_by_mandate"
        ),
        CheckConstraint(
            "decided_as IS NULL OR kind IN ('affiliation', 'correction') OR decided_as = 'agent'",
            name="decided_by_agent",
        ),
        CheckConstraint("status <> 'refused' OR length(trim(refusal_reason)) > 0", name="refusal_has_reason"),
        CheckConstraint("status <> 'refused' OR refusal_reason IS NOT NULL", name="refusal_reason_given"),
        ForeignKeyConstraint(
            ["deciding_mandate_id", "establishment_finess", "decided_as"],
            ["mandate.id", "mandate.establishment_finess", "mandate.role"],
            name="fk_request_deciding_mandate",
            use_alter=True,
        ),
        Index(
            "uq_request_pending",
            "kind",
            "establishment_finess",
            "email_key",
            unique=True,
            sqlite_where=ONE_PENDING,
            postgresql_where=ONE_PENDING,
        ),
        Index("uq_request_appeal", "appeal_of_id", unique=True),
        Index("ix_request_establishment_status", "establishment_finess", "status", "submitted_at"),
        Index("ix_request_status", "kind", "status", "submitted_at"),
        Index("ix_request_person", "person_id"),
        Index("ix_request_email_key", "email_key"),
    )

    id: Mapped[UuidKey]
    number: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(12), default="submitted")
    establishment_finess: Mapped[Finess | None] = mapped_column(ForeignKey("establishment.finess"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Of that establishment when it was asked (guard_request_unit_there)."""

    family_name: Mapped[str | None] = mapped_column(String(120))
    given_name: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    profession_code: Mapped[str | None] = mapped_column(String(4))
    profession_label: Mapped[str | None] = mapped_column(String(120))
    rpps: Mapped[str | None] = mapped_column(String(11))
    function: Mapped[str | None] = mapped_column(String(120))
    message: Mapped[str | None] = mapped_column(Text)
    listed: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[str | None] = mapped_column(Text)
    """What the agent checked before accepting a presidency (minutes, call back…)."""
    subject: Mapped[str | None] = mapped_column(String(160))
    """What it is about, in one line: of a message, a report, a correction."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """What only this kind asks. Replace the whole value, never change it in place."""
    came_from: Mapped[str | None] = mapped_column(String(500))
    """Path of the page of the portal that the form was opened from."""

    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    submitted_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    """Since when it waits for a decision; None while it waits for something else, or no more."""
    reminded_at: Mapped[datetime | None]
    widened_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    """The clock (B-06): deciders reminded, all of them told, the service centre let in; of the present wait."""
    expires_on: Mapped[date | None]
    assigned_to_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    """The agent who has taken it."""
    appeal_of_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("request.id"))
    """The refused request that this one appeals against: one appeal, decided by the service centre (B-08)."""
    tracking_generation: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(Integer, default=1)

    decided_at: Mapped[datetime | None]
    decided_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_as: Mapped[str | None] = mapped_column(String(10))
    deciding_mandate_id: Mapped[uuid.UUID | None]
    refusal_code: Mapped[str | None] = mapped_column(String(20))
    """A key of app/domain/refusals.py."""
    refusal_reason: Mapped[str | None] = mapped_column(Text)

    establishment: Mapped[Establishment | None] = relationship()
    unit: Mapped[Unit | None] = relationship(primaryjoin="foreign(Request.unit_id) == Unit.id", viewonly=True)
    events: Mapped[list[RequestEvent]] = relationship(order_by="RequestEvent.id", back_populates="request")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    if TYPE_CHECKING:
        has_decider: Mapped[bool]
        """Somebody in office may decide it; mapped in office.py."""

    @property
    def finess(self) -> str:
        """The CPTS it is about; empty when it is about none."""
        return self.establishment_finess or ""

    @property
    def full_name(self) -> str:
        """Their name; where the form does not ask for one, that of the CPTS to register, or their address."""
        return named(self)


def named(request: Any) -> str:
    """`Request.full_name`, of a row with the same columns too."""
    typed = " ".join(part for part in (request.given_name, request.family_name) if part)
    return str(typed or (request.subject if request.kind == "cpts" else None) or request.email)


class RequestEvent(Base):
    """Timeline and message thread in one: what happened, who did it, the words they left."""

    __tablename__ = "request_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("request.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    author_name: Mapped[str] = mapped_column(String(250))
    author_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    body: Mapped[str | None] = mapped_column(Text)
    internal: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A note between agents: never shown to the requester nor to the CPTS."""

    request: Mapped[Request] = relationship(back_populates="events")
