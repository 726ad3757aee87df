"""The service centre has a state sent again; the worker has every state looked at again."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.domain.errors import ImpossibleNow
from app.journal.catalogue import StateSentAgain
from app.journal.record import record
from app.journal.retries import database_now
from app.models import Establishment, LedgerConsumer, LedgerMessage, PublicationMark
from app.models.establishment import CPTS_CATEGORY
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.ledger import last_of_each
from app.settings import current_settings
from app.usecases.base import usecase
from app.usecases.ledger_steps import row_of
from app.usecases.publications import SAS

OVERTAKEN = "Un état plus récent de cette CPTS est déjà dans le registre : c’est lui qui compte."
DISCONNECTED = "Cette plateforme n’est plus dans les réglages du portail."


@usecase(Permission.LEDGER_SEND_AGAIN)
def send_again(actor: Actor, message: LedgerMessage) -> None:
    """A state that waits is tried now; one that was answered is queued again as the next version, which a consumer
    that lost the first cannot take for a repetition. Raises ImpossibleNow when it is not the last."""
    session, now = db.session(), database_now()
    session.refresh(message, with_for_update=True)
    consumer, finess = message.consumer, message.establishment_finess
    if consumer not in {known.key for known in current_settings().consumers}:
        raise ImpossibleNow(DISCONNECTED)
    if last_of_each([consumer], [finess])[consumer, finess].version != message.version:
        raise ImpossibleNow(OVERTAKEN)
    if message.answered_at is None:
        message.not_before = now
        session.execute(sa.update(LedgerConsumer).where(LedgerConsumer.key == consumer).values(paused_until=None))
    else:
        again = row_of(
            consumer,
            finess,
            version=message.version + 1,
            payload=message.payload,
            withdrawn=message.withdrawn,
            now=now,
        )
        session.execute(sa.insert(LedgerMessage), [again | {"repeats": message.version}])
    record(
        StateSentAgain(
            actor=actor.reference,
            subject=reference(message),
            establishment_finess=finess,
            consumer=consumer,
            version=message.version,
        )
    )


def mark_states() -> None:
    """What every CPTS is for the consumers will be looked at again: one may be new, and time alone changes a state."""
    if not current_settings().consumers:
        return
    every = sa.select(sa.literal(SAS), Establishment.finess).where(Establishment.category_code == CPTS_CATEGORY)
    db.session().execute(sa.insert(PublicationMark).from_select(["kind", "key"], every))
    db.session().commit()
