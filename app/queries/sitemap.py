"""The addresses that search engines are shown, in order and in chunks: published establishments, communes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.published import Kind
from app.models import Commune, Publication

CHUNK = 1_000
PER_FILE = 20_000
"""Addresses of one file; the protocol allows 50,000."""
ESTABLISHMENTS, COMMUNES = "etablissements", "communes"
_served = sa.and_(Publication.kind == Kind.ESTABLISHMENT.value, Publication.gone_at.is_(None))


def files(region: str) -> dict[str, tuple[int, datetime | None]]:
    """Kind → number of files, and when what they lead to last changed: two statements."""
    session = db.session()
    places, changed = session.execute(
        sa.select(sa.func.count(), sa.func.max(Publication.updated_at)).where(_served)
    ).one()
    communes = session.scalar(sa.select(sa.func.count()).select_from(Commune).where(*_shown(region))) or 0
    return {ESTABLISHMENTS: (-(-places // PER_FILE), changed), COMMUNES: (-(-communes // PER_FILE), None)}


def establishments(number: int) -> Iterator[tuple[str, datetime | None]]:
    """FINESS and date of the last change, of the file of this number."""
    return _read(sa.select(Publication.key, Publication.updated_at).where(_served), Publication.key, number)


def communes(number: int, region: str) -> Iterator[tuple[str, datetime | None]]:
    return _read(sa.select(Commune.insee, sa.null()).where(*_shown(region)), Commune.insee, number)


def _shown(region: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (Commune.region == region, Commune.ceased_at.is_(None))


def _read(rows: Any, key: Any, number: int) -> Iterator[tuple[str, datetime | None]]:
    """From where the file before ends, then from key to key: no chunk counts again what it skips."""
    ordered = rows.order_by(key)
    start = db.session().scalars(ordered.offset((number - 1) * PER_FILE).limit(1)).first()
    left, beyond = PER_FILE, key >= start
    while start is not None and left > 0:
        found = db.session().execute(ordered.where(beyond).limit(min(CHUNK, left))).all()
        db.session().rollback()
        if not found:
            return
        left -= len(found)
        beyond = key > found[-1][0]
        yield from ((code, at) for code, at in found)
