"""A draft that nobody sends: those who may are reminded once, until somebody writes in it again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.dossiers import REMIND_AFTER, DossierStatus
from app.domain.requests import working_days
from app.journal.catalogue import DossierReminded
from app.models import Dossier, DossierReminder
from app.usecases.dossier_steps import tell
from app.working_days import HOLIDAYS, day_of

BATCH = 200


def remind_drafts() -> int:
    """One transaction a dossier; how many were reminded. Run by the worker."""
    session = db.session()
    told = sa.exists().where(DossierReminder.dossier_id == Dossier.id, DossierReminder.told_at > Dossier.updated_at)
    waiting = sa.select(Dossier.id).where(
        Dossier.status == DossierStatus.DRAFT.value,
        Dossier.updated_at < clock.now() - timedelta(days=REMIND_AFTER),
        sa.not_(told),
    )
    ids = session.scalars(waiting.order_by(Dossier.updated_at).limit(BATCH)).all()
    session.rollback()
    return sum(_remind(id_) for id_ in ids)


def _remind(id_: uuid.UUID) -> bool:
    session = db.session()
    dossier = session.get_one(Dossier, id_, with_for_update={"of": Dossier}, populate_existing=True)
    told = sa.exists().where(DossierReminder.dossier_id == id_, DossierReminder.told_at > dossier.updated_at)
    if dossier.status != DossierStatus.DRAFT or not _idle(dossier) or session.scalar(sa.select(told)):
        session.rollback()
        return False
    session.add(DossierReminder(dossier_id=id_, told_at=clock.now()))
    tell(DossierReminded, None, dossier)
    session.commit()
    return True


def _idle(dossier: Dossier) -> bool:
    return working_days(day_of(dossier.updated_at), day_of(clock.now()), HOLIDAYS) >= REMIND_AFTER
