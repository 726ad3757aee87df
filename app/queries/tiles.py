"""Tiles of other services: those of a person, most opened first; all of them, for agents."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from app import db
from app.models import PortalTile, PortalTileClick
from app.policies.actor import Actor
from app.policies.audiences import audiences_of


def tiles_for(actor: Actor) -> Sequence[PortalTile]:
    """Those shown to a signed-in person, in the order of their own clicks, then of the agents: one statement."""
    clicks = sa.and_(PortalTileClick.tile_id == PortalTile.id, PortalTileClick.account_id == actor.account_id)
    query = _shown_to(actor).join(PortalTileClick, clicks, isouter=True)
    opened = sa.func.coalesce(PortalTileClick.count, 0)
    return db.session().scalars(query.order_by(opened.desc(), PortalTile.position, PortalTile.label)).all()


def tile_for(actor: Actor, tile_id: uuid.UUID) -> PortalTile | None:
    """The tile, when it is shown to that person."""
    return db.session().scalars(_shown_to(actor).where(PortalTile.id == tile_id)).one_or_none()


def every_tile() -> Sequence[PortalTile]:
    query = sa.select(PortalTile).order_by(PortalTile.active.desc(), PortalTile.position, PortalTile.label)
    return db.session().scalars(query).all()


def _shown_to(actor: Actor) -> sa.Select[PortalTile]:
    return sa.select(PortalTile).where(PortalTile.active, PortalTile.audience.in_(audiences_of(actor)))
