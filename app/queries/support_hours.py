"""The opening hours in force: those that agents set, else those of the setting SUPPORT_HOURS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.support_hours import FURTHEST, Hours, Span, SpecialDay, SupportState, read_sentence, write_sentence
from app.models import SupportException, SupportSchedule
from app.settings import current_settings
from app.working_days import HOLIDAYS, PARIS, day_of


def hours_of_the_settings() -> Hours:
    """Those known without the database."""
    sentence = current_settings().support_hours
    return Hours(sentence, read_sentence(sentence), is_holiday=HOLIDAYS.__contains__)


def weekly_hours() -> Hours:
    """The sentence and the week, exceptional days left out: one statement."""
    schedule = latest_schedule()
    if schedule is None:
        return hours_of_the_settings()
    week = tuple(tuple(Span(opens, closes) for opens, closes in spans) for spans in schedule.week)
    return Hours(write_sentence(week), week, is_holiday=HOLIDAYS.__contains__)


def state_now(hours: Hours) -> SupportState | None:
    """Open or closed now, exceptional days counted: one statement."""
    special = {day.day: SpecialDay(day.label, _spans(day)) for day in special_days()}
    return replace(hours, special=special).state(clock.now().astimezone(PARIS))


def latest_schedule() -> SupportSchedule | None:
    query = sa.select(SupportSchedule).order_by(SupportSchedule.number.desc()).limit(1)
    return db.session().scalars(query).one_or_none()


def special_days() -> Sequence[SupportException]:
    """From today on, as far as an opening is looked for."""
    today = day_of(clock.now())
    query = sa.select(SupportException).where(SupportException.day.between(today, today + timedelta(days=FURTHEST)))
    return db.session().scalars(query.order_by(SupportException.day)).all()


def coming_special_days() -> Sequence[SupportException]:
    """All that agents may still change."""
    query = sa.select(SupportException).where(SupportException.day >= day_of(clock.now()))
    return db.session().scalars(query.order_by(SupportException.day)).all()


def _spans(day: SupportException) -> tuple[Span, ...]:
    return () if day.opens is None or day.closes is None else (Span(day.opens, day.closes),)
