"""Referencing campaigns (S-164): which CPTS the service centre follows until published, and whom it reminded."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Finess, UuidKey


class Campaign(Base):
    """Its targets: every open CPTS of `departements`, and those chosen one by one (CampaignCpts)."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("length(trim(name)) > 0", name="named"),
    )

    id: Mapped[UuidKey]
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    departements: Mapped[list[str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    updated_at: Mapped[datetime]


class CampaignCpts(Base):
    """A CPTS chosen by its FINESS number."""

    __tablename__ = "campaign_cpts"

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"), primary_key=True)


class CampaignReminder(Base):
    """An agent wrote to the people of a CPTS, which was stuck at that step."""

    __tablename__ = "campaign_reminder"
    __table_args__ = (
        CheckConstraint("step BETWEEN 1 AND 6", name="step_known"),
        Index("ix_campaign_reminder_establishment_finess_at", "establishment_finess", "at"),
    )

    id: Mapped[UuidKey]
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaign.id"), index=True)
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    step: Mapped[int]
    at: Mapped[datetime]
    sent_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
