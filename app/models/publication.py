"""What is published and since when: one row an object that leaves the house, and what may have changed meanwhile."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class PublicationMark(Base):
    """Written by triggers (migration 0017) with the change itself; read and removed by the projector.

    Kinds are those of domain/published.Kind, and `sas`: the state that the SAS holds of that CPTS. `failed_at`: when it
    was last set aside, for what it leads to cannot be read.
    """

    __tablename__ = "publication_mark"
    __table_args__ = (Index("ix_publication_mark_kind_key", "kind", "key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(4))
    key: Mapped[str] = mapped_column(String(40))
    failed_at: Mapped[datetime | None]


class Publication(Base):
    """`updated_at`: when what is published last changed; strictly later from one batch of the projector to the next.

    `gone_at`: since when it is not served any more; the row stays, as a tombstone.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("kind IN ('ej', 'eg', 'uo', 'lieu', 'role', 'pro')", name="kind_known"),
        CheckConstraint("version >= 1", name="version_counts"),
        Index("ix_publication_updated_at_kind_key", "updated_at", "kind", "key"),
        Index("ix_publication_kind_updated_at_key", "kind", "updated_at", "key"),
        Index("ix_publication_establishment_finess", "establishment_finess"),
        Index(
            "ix_publication_served",
            "kind",
            "key",
            sqlite_where=text("gone_at IS NULL"),
            postgresql_where=text("gone_at IS NULL"),
        ),
        Index("ix_publication_departement_updated_at", "departement", "updated_at"),
    )

    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    establishment_finess: Mapped[str | None] = mapped_column(String(9))
    departement: Mapped[str | None] = mapped_column(String(3))
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    gone_at: Mapped[datetime | None]


TERM = String(500).with_variant(String(500, collation="C"), "postgresql")
"""Ordered by its bytes, as SQLite does: what begins with some letters is a range."""


class PublicationTerm(Base):
    """What a publication that is served is searched by (domain/published_terms): a code; or `said`, as it is written,
    and as `app.db.unaccented` writes it. Written by the projector, removed with the publication.

    All that has one value is together, in the order of its keys: a page begins where the last one ended.
    """

    __tablename__ = "publication_term"
    __table_args__ = (Index("ix_publication_term_kind_key", "kind", "key"), {"sqlite_with_rowid": False})

    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    field: Mapped[str] = mapped_column(String(8), primary_key=True)
    term: Mapped[str] = mapped_column(TERM, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    said: Mapped[str] = mapped_column(String(250), primary_key=True)


class PublicationHead(Base):
    """One row: `at`, the `updated_at` of the last batch. Who projects holds it; who reads may ask « what since »."""

    __tablename__ = "publication_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
