"""Tiles of the home page: agents write them, each person's own clicks order them (S-007, S-008)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy.dialects import postgresql, sqlite

from app import clock, db
from app.journal.catalogue import TileSaved
from app.journal.record import record
from app.models import Account, PortalTile, PortalTileClick
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.editing import add_row, change_row


@dataclass(frozen=True)
class TileWords:
    label: str
    url: str
    text: str | None
    audience: str
    position: int
    active: bool


@usecase(Permission.PORTAL_CONTENT_EDIT)
def add_tile(actor: Actor, _portal: None, *, words: TileWords) -> PortalTile:
    tile = PortalTile(**asdict(words))
    before, after = add_row(tile)
    record(TileSaved(actor=actor.reference, subject=reference(tile), before=before, after=after))
    return tile


@usecase(Permission.PORTAL_CONTENT_EDIT)
def change_tile(actor: Actor, tile: PortalTile, *, words: TileWords, seen: int) -> None:
    """Raises ImpossibleNow when somebody saved it after version `seen`."""
    before, after = change_row(tile, words, seen=seen)
    record(TileSaved(actor=actor.reference, subject=reference(tile), before=before, after=after))


@usecase(Permission.ACCOUNT_MANAGE)
def count_click(_actor: Actor, account: Account, *, tile: PortalTile) -> None:
    """One more for this account. Not in the journal: which service somebody opens is nobody else's business."""
    insert = postgresql.insert if db.dialect_name() == "postgresql" else sqlite.insert
    first = insert(PortalTileClick).values(account_id=account.id, tile_id=tile.id, count=1, last_at=clock.now())
    db.session().execute(
        first.on_conflict_do_update(
            index_elements=[PortalTileClick.account_id, PortalTileClick.tile_id],
            set_={"count": PortalTileClick.count + 1, "last_at": first.excluded.last_at},
        )
    )
