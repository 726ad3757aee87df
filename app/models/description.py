"""What the ROR exposition model hangs on an establishment or a unit, and the version of each box (DOMAIN.md §2.7)."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess

LEVEL_KNOWN = "confidentiality IN (1, 2, 3)"


class Contact(Base):
    """A contact of an establishment, or of one of its units. `confidentiality` is TRE_R283: 1 libre, 2 restreint,
    3 très restreint (default 2: RG_EXP_032). A nature has no name, a function has one (RG_EXP_040, RG_EXP_041)."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint(LEVEL_KNOWN, name="confidentiality_known"),
        CheckConstraint("nature_code IS NULL OR (name IS NULL AND function_code IS NULL)", name="nature_has_no_name"),
        CheckConstraint("function_code IS NULL OR name IS NOT NULL", name="function_has_a_name"),
        Index("ix_contact_establishment_finess_unit_id", "establishment_finess", "unit_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    nature_code: Mapped[str | None] = mapped_column(String(4))
    function_code: Mapped[str | None] = mapped_column(String(4))
    name: Mapped[str | None] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(String(200))
    confidentiality: Mapped[int] = mapped_column(default=2)

    telecoms: Mapped[list[Telecom]] = relationship(
        order_by="Telecom.position", cascade="all, delete-orphan", passive_deletes=True
    )


class Telecom(Base):
    """A number or an address of a contact, never less restricted than it (RG_EXP_034). Telephones in E.164."""

    __tablename__ = "telecom"
    __table_args__ = (CheckConstraint(LEVEL_KNOWN, name="confidentiality_known"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel_code: Mapped[str] = mapped_column(String(4))
    value: Mapped[str] = mapped_column(String(254))
    extension: Mapped[str | None] = mapped_column(String(10))
    usage: Mapped[str | None] = mapped_column(String(120))
    confidentiality: Mapped[int] = mapped_column(default=2)


class UnitHours(Base):
    """Horaire: a span of a day of the week (1 Monday … 7 Sunday), or of a period, or both (RG_EXP_014)."""

    __tablename__ = "unit_hours"
    __table_args__ = (
        CheckConstraint("weekday IS NULL OR weekday BETWEEN 1 AND 7", name="weekday_known"),
        CheckConstraint("weekday IS NOT NULL OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)", name="day_or_period"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type_code: Mapped[str] = mapped_column(String(4))
    weekday: Mapped[int | None]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class SheetBox(Base):
    """Version of one box of a published sheet (`eg-840021281`, `uo-12`): 0, without a row, before it is written."""

    __tablename__ = "sheet_box"

    sheet: Mapped[str] = mapped_column(String(20), primary_key=True)
    box: Mapped[str] = mapped_column(String(20), primary_key=True)
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"), index=True)
    version: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    verified_at: Mapped[datetime | None]
    """When those who keep the page last said that it is true."""


class NomenclatureCode(Base):
    """A code of a nomenclature (`TRE_R211`…) with its label and validity: official files replace the authored ones."""

    __tablename__ = "nomenclature_code"

    system: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    label: Mapped[str] = mapped_column(String(250))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    parent_code: Mapped[str | None] = mapped_column(String(10))
