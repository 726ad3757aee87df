"""Put states in the ledger: what each consumer is told next of each CPTS, only when it differs from what it was told.

Called with what may have changed, in the transaction that saw it change; app/integrations/sas sends.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.consumers import Consumer
from app.domain.chunks import chunks
from app.domain.ledger import digest_of, publication, withdrawal
from app.journal.chain import canonical
from app.journal.retries import database_now
from app.models import Establishment, LedgerMessage
from app.models.establishment import CPTS_CATEGORY
from app.queries.ledger import Last, last_of_each
from app.queries.open_records import read_records
from app.queries.sas_states import read_states
from app.settings import current_settings

CHUNK = 200
NOT_PUBLISHED = "Cette CPTS n’est plus publiée."
ELSEWHERE = "Cette CPTS n’est plus dans un département de l’abonnement."


@dataclass(frozen=True, slots=True)
class State:
    """`withdrawn`: nothing that was never sent is withdrawn."""

    payload: Mapping[str, Any]
    withdrawn: bool


def queue_states(finess_codes: Collection[str]) -> int:
    """The number of states queued; nothing without a consumer. The caller commits.

    The last versions are read before the states: whoever queued a fresher one meanwhile has taken the next number, and
    the unique version refuses ours.
    """
    consumers = current_settings().consumers
    queued = 0
    for some in chunks(sorted(set(finess_codes)), CHUNK) if consumers else ():
        departements = _departements(some)
        codes = list(departements)
        last = last_of_each([consumer.key for consumer in consumers], codes)
        now, rows = database_now(), []
        for consumer, states in _states(consumers, departements) if codes else ():
            for finess, state in states.items():
                row = _next(consumer, finess, state, last.get((consumer.key, finess)), now)
                rows += [row] if row else []
        if rows:
            db.session().execute(sa.insert(LedgerMessage), rows)
        queued += len(rows)
    return queued


def forget_in_ledger(rpps: str | None) -> None:
    """Nobody with that number is named any more in what was sent, nor in what is about to be."""
    if not rpps:
        return
    national_id = f"8{rpps}"
    naming = LedgerMessage.payload.contains(f'"{national_id}"', autoescape=True)
    for message in db.session().scalars(sa.select(LedgerMessage).where(naming).with_for_update()):
        state = json.loads(message.payload)
        state["effectors"] = [one for one in state.get("effectors", ()) if one["id"] != national_id]
        message.payload, message.forgotten_at = canonical(state), clock.now()
    db.session().flush()


def row_of(consumer: str, finess: str, *, version: int, payload: str, withdrawn: bool, now: datetime) -> dict[str, Any]:
    """A state that nothing has been said of yet."""
    return {
        "id": uuid.uuid4(),
        "consumer": consumer,
        "establishment_finess": finess,
        "version": version,
        "withdrawn": withdrawn,
        "payload": payload,
        "digest": digest_of(payload),
        "created_at": now,
        "not_before": now,
        "attempts": 0,
    }


# ── steps ───────────────────────────────────────────────────────────────────


def _next(consumer: Consumer, finess: str, state: State, last: Last | None, now: datetime) -> dict[str, Any] | None:
    if last is None and state.withdrawn:
        return None
    payload = canonical(state.payload)
    if last is not None and last.digest == digest_of(payload):
        return None
    version = last.version + 1 if last else 1
    return row_of(consumer.key, finess, version=version, payload=payload, withdrawn=state.withdrawn, now=now)


def _states(
    consumers: Sequence[Consumer], departements: Mapping[str, str]
) -> Iterator[tuple[Consumer, dict[str, State]]]:
    """What each consumer is to be told of each of these, read once for all of them."""
    codes = list(departements)
    webhooks = [consumer for consumer in consumers if not consumer.is_sas]
    for consumer in consumers:
        if consumer.is_sas:
            told = read_states(codes)
            yield consumer, {key: State(state.payload, not state.eligible) for key, state in told.items()}
    if webhooks:
        records = read_records(codes)
        for consumer in webhooks:
            yield consumer, {key: _record(consumer, key, where, records) for key, where in departements.items()}


def _record(consumer: Consumer, finess: str, departement: str, records: Mapping[str, Mapping[str, Any]]) -> State:
    if finess not in records:
        return State(withdrawal(finess, [NOT_PUBLISHED]), withdrawn=True)
    if not consumer.wants(departement):
        return State(withdrawal(finess, [ELSEWHERE]), withdrawn=True)
    return State(publication(records[finess]), withdrawn=False)


def _departements(codes: Sequence[str]) -> dict[str, str]:
    """FINESS → département of the CPTS among these, and of what was sent as one before."""
    sent = sa.select(LedgerMessage.establishment_finess).where(LedgerMessage.establishment_finess.in_(codes))
    rows = (
        sa.select(Establishment.finess, Establishment.departement)
        .where(Establishment.finess.in_(codes))
        .where(sa.or_(Establishment.category_code == CPTS_CATEGORY, Establishment.finess.in_(sent)))
    )
    return dict(db.session().execute(rows).all())
