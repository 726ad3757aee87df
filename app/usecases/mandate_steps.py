"""The steps that acts on the trust chain are made of: lock, close, end, prove, record."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import Purpose, cancel
from app.domain.errors import Invalid
from app.domain.free_text import holds_nir
from app.domain.mandates import NominationStatus, check_open
from app.journal.catalogue import Event, NominationCancelled
from app.journal.record import record
from app.models import Mandate, Nomination
from app.policies.actor import Actor, reference

SYSTEM = "system"
LONGEST_REASON = 1000


def reason_given(text: str, missing: str) -> str:
    """The reason without its margins. Raises Invalid on `motif` when it is empty, endless or about a patient."""
    text = text.strip()
    if not text:
        raise Invalid({"motif": missing})
    if len(text) > LONGEST_REASON:
        raise Invalid({"motif": f"Écrivez {LONGEST_REASON} caractères au plus."})
    if holds_nir(text):
        raise Invalid({"motif": "N’écrivez pas de numéro de sécurité sociale ni de donnée sur un patient."})
    return text


def lock_nomination(nomination: Nomination) -> None:
    """The row as it is now, kept until the commit: of two answers the second sees the first."""
    db.session().refresh(nomination, with_for_update=True)


def lock_mandate(mandate: Mandate) -> None:
    """Likewise. Raises ImpossibleNow when the mandate is over already."""
    db.session().refresh(mandate, with_for_update=True)
    check_open(mandate.ended_at is not None)


def close(nomination: Nomination, status: NominationStatus, *, person_id: uuid.UUID | None = None) -> None:
    """Close the nomination and its link."""
    nomination.status, nomination.closed_at = status.value, clock.now()
    if person_id is not None:
        nomination.person_id = person_id
    cancel(Purpose.NOMINATION, nomination_id=nomination.id)
    db.session().flush()


def waiting_nominations(*conditions: sa.ColumnElement[bool]) -> list[Nomination]:
    """Those that wait for an answer, locked, oldest first."""
    query = sa.select(Nomination).where(Nomination.status == NominationStatus.PROPOSED.value, *conditions)
    query = query.order_by(Nomination.created_at, Nomination.id).with_for_update()
    return list(db.session().scalars(query.execution_options(populate_existing=True)))


def cancel_each(actor: Actor, nominations: Iterable[Nomination], *, reason: str) -> None:
    """Cancel nominations because of another act; each is journalled and its nominee told."""
    for nomination in nominations:
        close(nomination, NominationStatus.CANCELLED)
        tell(NominationCancelled, actor, nomination, reason=reason, nomination_id=str(nomination.id))


def end_mandate(mandate: Mandate, reason: str, **by: Any) -> None:
    """End it now. `by`: the columns that say who ended it."""
    mandate.ended_at, mandate.end_reason = clock.now(), reason
    for column, value in by.items():
        setattr(mandate, column, value)
    db.session().flush()


def tell(
    event: Callable[..., Event],
    actor: Actor | str,
    about: Mandate | Nomination,
    *,
    concerned: uuid.UUID | None = None,
    **fields: Any,
) -> None:
    """Journal and announce; the last step of an act, it locks the chain of the establishment."""
    record(
        event(
            actor=actor if isinstance(actor, str) else actor.reference,
            subject=reference(about),
            concerned=f"person:{concerned}" if concerned else None,
            establishment_finess=about.establishment_finess,
            **fields,
        )
    )
