"""The access review answered: keep or remove each person, give somebody suspended their place back (B-12)."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from app import clock, db
from app.credentials.proofs import take_proof
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.reviews import Answer, check_open
from app.journal.catalogue import ReviewAnswered, SuspensionLifted
from app.journal.record import record
from app.models import AccessReview, Affiliation, Mandate, ReviewItem, Suspension
from app.policies.actor import Actor, Role, reference
from app.policies.permissions import Permission
from app.policies.rules import require
from app.search.index import index_professional
from app.usecases.affiliations import close_affiliation
from app.usecases.base import usecase
from app.usecases.mandate_steps import reason_given
from app.usecases.mandates import withdraw_rights
from app.usecases.participation_steps import lock_attachments


@usecase(Permission.REVIEW_READ)
def answer_review(
    actor: Actor,
    review: AccessReview,
    *,
    kept: Collection[uuid.UUID],
    removed: Collection[uuid.UUID],
    reason: str = "",
) -> None:
    """Some answers or all; the others wait. Who is removed stays so. Raises ProofNeeded to remove a référent."""
    session = db.session()
    session.refresh(review, with_for_update={"of": AccessReview})
    check_open(review.closed_at)
    items = {item.id: item for item in review.items}
    if not items.keys() >= {*kept, *removed}:
        raise Invalid({"revue": "Cette page a changé entre-temps. Rechargez-la."})
    keeping = [item for id_, item in items.items() if id_ in kept and item.answer is None]
    removing = [item for id_, item in items.items() if id_ in removed and item.answer in (None, Answer.KEPT)]
    for item in (*keeping, *removing):
        require(Permission.REVIEW_ANSWER, actor, item)
    for item in keeping:
        _sign(actor, item, Answer.KEPT)
    if removing:
        reason = reason_given(reason, "Indiquez pourquoi ces personnes sont retirées : le motif leur est transmis.")
    for item in removing:
        _sign(actor, item, Answer.REMOVED if _remove(actor, item, reason) else Answer.GONE)
    if all(item.answer is not None for item in items.values()):
        review.closed_at = clock.now()
    session.flush()
    if keeping or removing:
        _tell(actor, review, keeping, removing)


@usecase(Permission.SUSPENSION_LIFT)
def lift_suspension(actor: Actor, suspension: Suspension) -> None:
    """The person is in their place again, from now on. Raises ProofNeeded to give a référent their rights back."""
    session = db.session()
    session.refresh(suspension, with_for_update={"of": Suspension})
    if suspension.lifted_at is not None:
        raise ImpossibleNow("Cette suspension est déjà levée.")
    held = actor.mandate_in(suspension.establishment_finess, Role.PRESIDENT, Role.REFERENT)
    if held is None:
        raise NotAllowed(Permission.SUSPENSION_LIFT)
    proof = (
        take_proof(actor.session_id, act_key(Permission.SUSPENSION_LIFT, suspension.id))
        if suspension.mandate_id
        else None
    )
    suspension.lifted_at = clock.now()
    suspension.lifted_by_mandate_id, suspension.lifted_by_role = held.id, held.role.value
    session.flush()
    person_id = person_of(suspension)
    index_professional(session, person_id)
    record(
        SuspensionLifted(
            actor=actor.reference,
            subject=reference(suspension.mandate or suspension.affiliation),
            concerned=f"person:{person_id}",
            establishment_finess=suspension.establishment_finess,
            suspension_id=str(suspension.id),
            authentication_id=str(proof) if proof else None,
        )
    )


# ── steps ───────────────────────────────────────────────────────────────────


def person_of(about: ReviewItem | Suspension) -> uuid.UUID:
    """Whose mandate or rattachement it is."""
    held = about.mandate or about.affiliation
    if held is None:
        raise LookupError(f"{about!r} is about nobody")
    return held.person_id


def _sign(actor: Actor, item: ReviewItem, answer: Answer) -> None:
    item.answer, item.answered_at, item.answered_by_account_id = answer.value, clock.now(), actor.account_id


def _remove(actor: Actor, item: ReviewItem, reason: str) -> bool:
    """End what the person holds; False when it ended meanwhile by another way."""
    held: Mandate | Affiliation | None = item.mandate or item.affiliation
    if held is None:
        return False
    if isinstance(held, Affiliation):
        lock_attachments(held.person_id, held.establishment_finess)  # in the order of everybody who ends one
    db.session().refresh(held, with_for_update={"of": type(held)})
    if held.ended_at is not None:
        return False
    if isinstance(held, Mandate):
        withdraw_rights(actor, held, reason)
    else:
        close_affiliation(actor, held, reason)
    return True


def _tell(actor: Actor, review: AccessReview, keeping: list[ReviewItem], removing: list[ReviewItem]) -> None:
    record(
        ReviewAnswered(
            actor=actor.reference,
            subject=reference(review),
            establishment_finess=review.establishment_finess,
            review_id=str(review.id),
            kept=[f"person:{person_of(item)}" for item in keeping],
            removed=[f"person:{person_of(item)}" for item in removing],
        )
    )
