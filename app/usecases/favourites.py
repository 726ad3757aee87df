"""Structures of the répertoire that somebody keeps at hand (S-098). Nobody else's business: not in the journal."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.models import Account, Establishment, Favourite
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase

MOST = 200


@usecase(Permission.ACCOUNT_MANAGE)
def keep_at_hand(_actor: Actor, account: Account, *, establishment: Establishment) -> None:
    """Twice is once. Raises ImpossibleNow beyond MOST of them."""
    session = db.session()
    held = sa.select(sa.func.count()).select_from(Favourite).where(Favourite.account_id == account.id)
    if (session.scalar(held) or 0) >= MOST:
        raise ImpossibleNow(f"Vous avez déjà {MOST} favoris. Retirez-en un pour ajouter celui-ci.")
    insert = postgresql.insert if db.dialect_name() == "postgresql" else sqlite.insert
    row = insert(Favourite).values(account_id=account.id, finess=establishment.finess, since=clock.now())
    session.execute(row.on_conflict_do_nothing())


@usecase(Permission.ACCOUNT_MANAGE)
def put_back(_actor: Actor, account: Account, *, establishment: Establishment) -> None:
    mine = sa.delete(Favourite).where(Favourite.account_id == account.id)
    db.session().execute(mine.where(Favourite.finess == establishment.finess))
