"""The opening hours of the support, as agents set them (S-082)."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.support_hours import Week, write_sentence
from app.journal.catalogue import SupportHoursSaved
from app.journal.record import record
from app.models import SupportException, SupportSchedule
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase

CHANGED_MEANWHILE = "Les horaires ont été enregistrés par quelqu’un d’autre pendant votre saisie."


@dataclass(frozen=True)
class SpecialDayWords:
    """Closed when it has no hours (minutes of the day)."""

    day: date
    label: str
    opens: int | None
    closes: int | None


@usecase(Permission.PORTAL_CONTENT_EDIT)
def set_week(actor: Actor, _portal: None, *, week: Week, seen: int) -> None:
    """A new version of the week. Raises ImpossibleNow when another one came after number `seen`."""
    latest = db.session().scalars(sa.select(SupportSchedule).order_by(SupportSchedule.number.desc()).limit(1)).first()
    if (latest.number if latest else 0) != seen:
        raise ImpossibleNow(CHANGED_MEANWHILE)
    schedule = SupportSchedule(
        number=seen + 1,
        week=[[[span.opens, span.closes] for span in spans] for spans in week],
        saved_at=clock.now(),
        saved_by_account_id=actor.account_id,
    )
    db.session().add(schedule)
    db.session().flush()
    record(
        SupportHoursSaved(
            actor=actor.reference,
            subject=reference(schedule),
            before={"week": latest.week} if latest else None,
            after={"week": schedule.week, "sentence": write_sentence(week)},
        )
    )


@usecase(Permission.PORTAL_CONTENT_EDIT)
def add_special_day(actor: Actor, _portal: None, *, words: SpecialDayWords) -> None:
    """Raises Invalid when the hours are half given or upside down, ImpossibleNow when the day has its own already."""
    if (words.opens is None) != (words.closes is None):
        raise Invalid({"closes": "Donnez les deux heures, ou aucune si c’est fermé toute la journée."})
    if words.opens is not None and words.closes is not None and words.closes <= words.opens:
        raise Invalid({"closes": "Choisissez une heure de fermeture qui suit l’ouverture."})
    special = SupportException(**asdict(words))
    db.session().add(special)
    db.session().flush()
    record(SupportHoursSaved(actor=actor.reference, subject=reference(special), before=None, after=_told(special)))


@usecase(Permission.PORTAL_CONTENT_EDIT)
def remove_special_day(actor: Actor, _portal: None, *, special_id: uuid.UUID) -> None:
    """Back to the hours of the week. Raises ImpossibleNow when it is gone already."""
    special = db.session().get(SupportException, special_id, with_for_update=True)
    if special is None:
        raise ImpossibleNow("Ce jour exceptionnel a déjà été retiré.")
    subject, before = reference(special), _told(special)
    db.session().delete(special)
    record(SupportHoursSaved(actor=actor.reference, subject=subject, before=before, after=None))


def _told(special: SupportException) -> dict[str, str | int | None]:
    return {
        "day": special.day.isoformat(),
        "label": special.label,
        "opens": special.opens,
        "closes": special.closes,
    }
