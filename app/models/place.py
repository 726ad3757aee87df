"""Communes of the Code officiel géographique (INSEE), their post codes, former names and contours."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Insee


class Commune(Base):
    """A commune (`COM`) or an arrondissement of Paris, Lyon, Marseille (`ARM`, with its parent commune)."""

    __tablename__ = "commune"
    __table_args__ = (
        CheckConstraint("kind IN ('COM', 'ARM')", name="kind_known"),
        Index("ix_commune_departement", "departement"),
    )

    insee: Mapped[Insee] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    departement: Mapped[str] = mapped_column(String(3))
    region: Mapped[str] = mapped_column(String(2))
    population: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(3), default="COM")
    parent_insee: Mapped[str | None] = mapped_column(String(5), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    ceased_at: Mapped[datetime | None]
    """When an import said that it is no commune any more: merged into those that `former_commune` names."""


class CommunePostcode(Base):
    __tablename__ = "commune_postcode"

    insee: Mapped[Insee] = mapped_column(ForeignKey("commune.insee"), primary_key=True)
    postcode: Mapped[str] = mapped_column(String(5), primary_key=True, index=True)


class FormerCommune(Base):
    """A delegated or associated commune: the name people still type, and the commune it belongs to now."""

    __tablename__ = "former_commune"

    insee: Mapped[Insee] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    current_insee: Mapped[Insee] = mapped_column(ForeignKey("commune.insee"), index=True)


class CommuneContour(Base):
    """Pre-computed SVG path on an integer 50 m grid, with its bounding box and centroid (UI.md §3)."""

    __tablename__ = "commune_contour"

    insee: Mapped[Insee] = mapped_column(ForeignKey("commune.insee"), primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    x_min: Mapped[int]
    y_min: Mapped[int]
    x_max: Mapped[int]
    y_max: Mapped[int]
    x_centre: Mapped[float]
    y_centre: Mapped[float]
    source: Mapped[str] = mapped_column(String(200))
