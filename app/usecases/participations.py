"""A doctor declares their participation in unscheduled care through their CPTS, changes it, withdraws (B-22, S-148)."""

from __future__ import annotations

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.participations import Declaration, check_declaration, check_standing, is_to_warn
from app.journal.catalogue import ParticipationChanged, ParticipationDeclared, ParticipationWithdrawn
from app.models import Affiliation, Participation
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.queries.participation_standing import standing_of
from app.usecases.base import usecase
from app.usecases.participation_steps import close, lock_attachments, lock_participation, set_places, tell
from app.working_days import day_of

CHANGED_ELSEWHERE = "Votre participation a été modifiée entre-temps, dans une autre page. Voici où elle en est."
WITHDRAWN = "Retrait par le médecin"


@usecase(Permission.PARTICIPATION_DECLARE)
def declare_participation(actor: Actor, affiliation: Affiliation, *, said: Declaration) -> Participation:
    """Through the CPTS of that rattachement, one's own. Raises ImpossibleNow with the obstacle, Invalid by field."""
    finess, today = affiliation.establishment_finess, day_of(clock.now())
    held = lock_attachments(affiliation.person_id, finess)
    check_standing(standing_of(affiliation.person_id, finess))
    check_declaration(said, today=today, attached_on=min(day_of(one.started_at) for one in held))
    participation = Participation(
        person_id=affiliation.person_id,
        establishment_finess=finess,
        declared_at=clock.now(),
        version=1,
        **_said(said),
    )
    db.session().add(participation)
    db.session().flush()
    set_places(participation, said.places)
    _settle(participation)
    tell(ParticipationDeclared, actor.reference, participation)
    return participation


@usecase(Permission.PARTICIPATION_CHANGE)
def change_participation(actor: Actor, participation: Participation, *, version: int, said: Declaration) -> None:
    """`version`: of what the form showed. Raises ImpossibleNow when it has moved on."""
    lock_participation(participation)
    if participation.version != version:
        raise ImpossibleNow(CHANGED_ELSEWHERE)
    check_declaration(
        said, today=day_of(clock.now()), attached_on=participation.starts_on, kept_start=participation.starts_on
    )
    changed = [name for name, value in _said(said).items() if getattr(participation, name) != value]
    for name, value in _said(said).items():
        setattr(participation, name, value)
    if set_places(participation, said.places):
        changed.append("places")
    if changed:
        participation.version += 1
        _settle(participation)
        tell(ParticipationChanged, actor.reference, participation, fields=changed)


@usecase(Permission.PARTICIPATION_WITHDRAW)
def withdraw_participation(actor: Actor, participation: Participation) -> None:
    """At once: the next state that goes to the SAS is without them."""
    lock_participation(participation)
    close(participation, WITHDRAWN)
    tell(ParticipationWithdrawn, actor.reference, participation, reason=WITHDRAWN)


def _said(said: Declaration) -> dict[str, object]:
    return {
        "has_software": bool(said.has_software),
        "gives_hours": said.counted_hours,
        "starts_on": said.starts_on,
        "ends_on": said.ends_on,
    }


def _settle(participation: Participation) -> None:
    """Begun when its first day has come; an end that is near is told by the confirmation, not warned of again."""
    now = clock.now()
    if participation.begun_at is None and participation.starts_on <= day_of(now):
        participation.begun_at = now
    if is_to_warn(participation.ends_on, participation.warned_of, day_of(now)):
        participation.warned_of = participation.ends_on
    db.session().flush()
