"""Groupings of communes: what a zone may be composed of at one stroke, and always stored as communes (RG_EXP_009)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Insee


class CommuneGrouping(Base):
    """An EPCI (by SIREN number) or a canton (by its code of the COG). A département is known of each commune."""

    __tablename__ = "commune_grouping"
    __table_args__ = (CheckConstraint("kind IN ('epci', 'canton')", name="kind_known"),)

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    type: Mapped[str | None] = mapped_column(String(12))
    """Of an EPCI: CC, CA, CU, METRO…"""


class GroupingMember(Base):
    """A commune belongs to one EPCI at most, to several cantons when it is divided between them."""

    __tablename__ = "grouping_member"
    __table_args__ = (ForeignKeyConstraint(["kind", "code"], ["commune_grouping.kind", "commune_grouping.code"]),)

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    insee: Mapped[Insee] = mapped_column(ForeignKey("commune.insee"), primary_key=True, index=True)
