"""Legal entities (EJ), establishments (EG) and units (UO) as the ROR exposition model 3.0.1 names them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, Insee

CPTS_CATEGORY = "604"
"""TRE_R66: Communauté professionnelle territoriale de santé."""
CPTS_UNIT_TYPE = "255"
"""TRE_R244 / JDV_J238: type d'offre of a CPTS."""


class LegalEntity(Base):
    __tablename__ = "legal_entity"

    finess: Mapped[Finess] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    long_name: Mapped[str | None] = mapped_column(String(250))
    legal_status_code: Mapped[str | None] = mapped_column(String(4))
    legal_status_label: Mapped[str | None] = mapped_column(String(120))
    siren: Mapped[str | None] = mapped_column(String(9))
    street: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(5))
    city: Mapped[str | None] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(20))
    created_on: Mapped[date | None]
    updated_at: Mapped[datetime]
    register_digest: Mapped[int | None] = mapped_column(BigInteger)


class Establishment(Base):
    """Entité géographique. `phone` is the téléphone standard (TRE_R287#06), E.164."""

    __tablename__ = "establishment"
    __table_args__ = (
        Index("ix_establishment_category_departement", "category_code", "departement"),
        Index("ix_establishment_departement_name", "departement", "name"),
    )

    finess: Mapped[Finess] = mapped_column(primary_key=True)
    legal_entity_finess: Mapped[str | None] = mapped_column(ForeignKey("legal_entity.finess"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    long_name: Mapped[str | None] = mapped_column(String(250))
    category_code: Mapped[str] = mapped_column(String(4))
    category_label: Mapped[str] = mapped_column(String(200))
    category_group_label: Mapped[str | None] = mapped_column(String(200))
    siret: Mapped[str | None] = mapped_column(String(14))
    street: Mapped[str | None] = mapped_column(String(200))
    address_extra: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(5), index=True)
    city: Mapped[str | None] = mapped_column(String(80))
    commune_insee: Mapped[str | None] = mapped_column(ForeignKey("commune.insee"), index=True)
    departement: Mapped[str] = mapped_column(String(3))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(300))
    opening_hours: Mapped[str | None] = mapped_column(Text)
    operational_name: Mapped[str | None] = mapped_column(String(200))
    comment: Mapped[str | None] = mapped_column(Text)
    health_project: Mapped[str | None] = mapped_column(Text)
    pathways: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Parcours de soins, in the words of the CPTS; replaced whole."""
    project_signed_on: Mapped[date | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    aci_signed_on: Mapped[date | None]
    register_updated_on: Mapped[date | None]
    verified_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    register_digest: Mapped[int | None] = mapped_column(BigInteger)
    """Of the line of the register that says nothing else than this row; forgotten when somebody changes it (0021)."""
    position_digest: Mapped[int | None] = mapped_column(BigInteger)

    legal_entity: Mapped[LegalEntity | None] = relationship()

    if TYPE_CHECKING:
        has_president: Mapped[bool]
        """A presidency is in office now; mapped in office.py."""

    @property
    def is_cpts(self) -> bool:
        return self.category_code == CPTS_CATEGORY


class EstablishmentAlias(Base):
    """A name people use (former name, name of the web site), found by the search, never displayed as official."""

    __tablename__ = "establishment_alias"

    finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"), primary_key=True)
    alias: Mapped[str] = mapped_column(String(200), primary_key=True)


class Unit(Base):
    """Offre opérationnelle (UO). `care_mode` and `activity_field` are set once (RG_EXP_010, RG_EXP_011)."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("id", "establishment_finess", name="uq_unit_id_establishment"),
        CheckConstraint("min_age >= 0 AND max_age >= 0", name="ages_positive"),
        CheckConstraint(
            "min_age_unit IN ('a', 'mo', 'wk', 'd') AND max_age_unit IN ('a', 'mo', 'wk', 'd')", name="age_units_known"
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    type_code: Mapped[str] = mapped_column(String(4))
    type_label: Mapped[str] = mapped_column(String(200))
    care_mode_code: Mapped[str | None] = mapped_column(String(4))
    activity_field_code: Mapped[str | None] = mapped_column(String(4))
    min_age: Mapped[int] = mapped_column(default=0)
    max_age: Mapped[int] = mapped_column(default=150)
    min_age_unit: Mapped[str] = mapped_column(String(2), default="a", server_default="a")
    """UCUM: a, mo, wk, d (RG_EXP_048); the order of both ages is checked in days, in domain/sheets."""
    max_age_unit: Mapped[str] = mapped_column(String(2), default="a", server_default="a")
    street: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(5))
    city: Mapped[str | None] = mapped_column(String(80))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    admission_conditions: Mapped[str | None] = mapped_column(Text)
    reception_conditions: Mapped[str | None] = mapped_column(Text)
    opening_hours: Mapped[str | None] = mapped_column(Text)
    capacity: Mapped[int | None]
    regulator_info: Mapped[str | None] = mapped_column(Text)
    sensitive: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]
    verified_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    establishment: Mapped[Establishment] = relationship()


class UnitActivity(Base):
    """Activité opérationnelle (TRE_R211) of a unit."""

    __tablename__ = "unit_activity"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))


class UnitCommune(Base):
    """Zone d'intervention: communes only, belonging to the unit (RG_EXP_009)."""

    __tablename__ = "unit_commune"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    insee: Mapped[Insee] = mapped_column(ForeignKey("commune.insee"), primary_key=True, index=True)
