"""Proofs of identity given for one act: at most ten minutes old, of this session, taken once."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from app import clock, db
from app.domain.acts import FRESH, ProofNeeded
from app.models import Authentication


def add_proofs(person_id: uuid.UUID, session_id: str, *, method: str, acts: Iterable[str]) -> None:
    """One proof for each act that the person was shown."""
    now = clock.now()
    db.session().add_all(
        Authentication(person_id=person_id, session_id=session_id, method=method, at=now, act=act) for act in acts
    )


def has_proofs(session_id: str | None, acts: Iterable[str]) -> bool:
    """Whether a proof for each of these acts waits to be taken: the form need not ask for one."""
    return all(
        len(db.session().scalars(_waiting(session_id, act).limit(wanted)).all()) == wanted
        for act, wanted in Counter(acts).items()
    )


def take_proof(session_id: str | None, act: str) -> uuid.UUID:
    """The id of the proof that this act uses up, in its transaction. Raises ProofNeeded when there is none."""
    taken = (
        sa.update(Authentication)
        .where(
            Authentication.id == _waiting(session_id, act).limit(1).scalar_subquery(), Authentication.used_at.is_(None)
        )
        .values(used_at=clock.now())
        .returning(Authentication.id)
    )
    proof = db.session().scalars(taken).one_or_none()
    if proof is None:
        raise ProofNeeded(act)
    return proof


def _waiting(session_id: str | None, act: str) -> sa.Select[uuid.UUID]:
    return (
        sa.select(Authentication.id)
        .where(
            Authentication.session_id == (session_id or ""),
            Authentication.act == act,
            Authentication.used_at.is_(None),
            Authentication.at >= clock.now() - FRESH,
        )
        .order_by(Authentication.at.desc())
    )
