"""A dossier that was sent: the presidency approves it or sends it back, the service centre sends it back.

Publishing it is in dossier_publication.py.
"""

from __future__ import annotations

import sqlalchemy as sa

from app import clock, db
from app.domain.dossier_reviews import Decision
from app.domain.dossiers import DossierStatus
from app.domain.errors import Invalid, NotAllowed
from app.journal.catalogue import DossierApproved, DossierReturned
from app.models import Dossier, Mandate
from app.models.office import effective
from app.policies.actor import Actor, HeldMandate, Role
from app.policies.permissions import Permission
from app.queries.dossier_differences import Reading
from app.usecases.base import usecase
from app.usecases.dossier_review_steps import (
    SAY_SOMETHING,
    Verdict,
    back_to_draft,
    check_words,
    decided,
    mark_read,
    note_decisions,
    open_reading,
    returned,
)
from app.usecases.dossier_steps import sign, tell, touch


@usecase(Permission.DOSSIER_APPROVE)
def approve_dossier(actor: Actor, dossier: Dossier, verdict: Verdict, *, seen: str) -> None:
    """The first validation, under the mandate of who gives it; what they remark is read by the service centre.

    Raises ImpossibleNow: answered already, or changed since `seen`. Invalid: words.
    """
    reading = open_reading(dossier, DossierStatus.TO_APPROVE, seen)
    check_words(reading, verdict)
    mandate = _presidency(actor, dossier)
    note_decisions(actor, reading, verdict, {})
    dossier.status, dossier.approved_at = DossierStatus.TO_REVIEW.value, clock.now()
    dossier.approved_by_account_id, dossier.approving_mandate_id = actor.account_id, mandate.id
    sign(actor, dossier, "approved", verdict.words)
    touch(dossier)
    tell(DossierApproved, actor, dossier, mandate_id=str(mandate.id), round=dossier.round, reason=verdict.words)


@usecase(Permission.DOSSIER_APPROVE)
def refuse_approval(actor: Actor, dossier: Dossier, verdict: Verdict, *, seen: str) -> None:
    """The presidency sends it back to who sent it: each remark is on a field to correct.

    Raises ImpossibleNow as above. Invalid: nothing says what is to be corrected.
    """
    reading = open_reading(dossier, DossierStatus.TO_APPROVE, seen)
    check_words(reading, verdict)
    _presidency(actor, dossier)
    decisions = {line.key: Decision.RETURN for line in reading.lines if verdict.remark(line)}
    _send_back(actor, reading, verdict, decisions, by=Role.PRESIDENT)


@usecase(Permission.DOSSIER_REVIEW)
def return_dossier(actor: Actor, dossier: Dossier, verdict: Verdict, *, seen: str) -> None:
    """The service centre publishes nothing of it, and says what is to be corrected; what it accepts is not read again.

    Raises ImpossibleNow as above. Invalid: a return without a reason.
    """
    reading = open_reading(dossier, DossierStatus.TO_REVIEW, seen)
    check_words(reading, verdict)
    decisions = decided(reading, verdict, settling=False)
    mark_read(dossier)
    _send_back(actor, reading, verdict, decisions, by=Role.AGENT)


# ── steps ───────────────────────────────────────────────────────────────────


def _send_back(actor: Actor, reading: Reading, verdict: Verdict, decisions: dict[str, Decision], *, by: Role) -> None:
    dossier, back = reading.dossier, returned(reading.lines, decisions)
    if not back and not verdict.words:
        raise Invalid({"message": SAY_SOMETHING})
    note_decisions(actor, reading, verdict, dict(decisions))
    sign(actor, dossier, "returned", verdict.words)
    back_to_draft(dossier, {line.sheet.id for line in back})
    touch(dossier)
    fields = [line.path for line in back]
    tell(DossierReturned, actor, dossier, by=by.value, round=dossier.round, fields=fields, reason=verdict.words)


def _presidency(actor: Actor, dossier: Dossier) -> HeldMandate:
    """The mandate they act under, still in office, and kept so until the commit. Raises NotAllowed."""
    held = actor.mandate_in(dossier.establishment_finess, Role.PRESIDENT)
    still = sa.select(Mandate.id).where(Mandate.id == (held.id if held else None), effective(Mandate))
    if held is None or db.session().scalar(still.with_for_update()) is None:
        raise NotAllowed(Permission.DOSSIER_APPROVE, dossier.establishment_finess)
    return held
