"""Tiles of other services: those of a person, most opened first; all of them, for agents."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app import db
from app.models import PortalTile, PortalTileClick
from app.policies.actor import Actor
from app.policies.audiences import audiences_of

_SHOWN = sa.and_(PortalTile.active, PortalTile.audience.in_(sa.bindparam("audiences", expanding=True)))
TILES = (
    sa.select(PortalTile.id, PortalTile.label, PortalTile.url, PortalTile.text)
    .outerjoin(
        PortalTileClick,
        sa.and_(
            PortalTileClick.tile_id == PortalTile.id,
            PortalTileClick.account_id == sa.bindparam("account_id", type_=sa.Uuid()),
        ),
    )
    .where(_SHOWN)
    .order_by(sa.func.coalesce(PortalTileClick.count, 0).desc(), PortalTile.position, PortalTile.label)
)
"""Those shown to a person, in the order of their own clicks, then of the agents."""


def whose(actor: Actor) -> dict[str, Any]:
    """The parameters of `TILES`."""
    return {"audiences": list(audiences_of(actor)), "account_id": actor.account_id}


def tiles_for(actor: Actor) -> Sequence[Any]:
    """Rows of `TILES`: one statement."""
    return db.session().execute(TILES, whose(actor)).all()


def tile_for(actor: Actor, tile_id: uuid.UUID) -> PortalTile | None:
    """The tile, when it is shown to that person."""
    query = sa.select(PortalTile).where(_SHOWN, PortalTile.id == tile_id)
    return db.session().scalars(query, {"audiences": list(audiences_of(actor))}).one_or_none()


def every_tile() -> Sequence[PortalTile]:
    query = sa.select(PortalTile).order_by(PortalTile.active.desc(), PortalTile.position, PortalTile.label)
    return db.session().scalars(query).all()
