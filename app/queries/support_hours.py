"""The opening hours in force: those that agents set, else those of the setting SUPPORT_HOURS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.support_hours import FURTHEST, Hours, Span, SpecialDay, read_sentence, write_sentence
from app.models import SupportException, SupportSchedule
from app.settings import current_settings
from app.working_days import HOLIDAYS, day_of


def hours_of_the_settings() -> Hours:
    """Those known without the database."""
    sentence = current_settings().support_hours
    return Hours(sentence, read_sentence(sentence), is_holiday=HOLIDAYS.__contains__)


def weekly_hours() -> Hours:
    """The sentence and the week, exceptional days left out: one statement."""
    return hours_of(latest_schedule())


def hours_of(schedule: SupportSchedule | None) -> Hours:
    """Those that agents saved, or those of the settings."""
    if schedule is None:
        return hours_of_the_settings()
    week = tuple(tuple(Span(opens, closes) for opens, closes in spans) for spans in schedule.week)
    return Hours(write_sentence(week), week, is_holiday=HOLIDAYS.__contains__)


def with_special_days(hours: Hours, days: Iterable[SupportException]) -> Hours:
    """The same week, with the days that are not like the others."""
    return replace(hours, special={day.day: SpecialDay(day.label, _spans(day)) for day in days})


def latest_schedule() -> SupportSchedule | None:
    return db.session().scalars(sa.select(SupportSchedule).where(in_force())).one_or_none()


def in_force() -> sa.ColumnElement[bool]:
    """The schedule saved last."""
    return SupportSchedule.number == sa.select(sa.func.max(SupportSchedule.number)).scalar_subquery()


def coming_soon() -> sa.ColumnElement[bool]:
    """Special days from today on, as far as an opening is looked for."""
    today = day_of(clock.now())
    return SupportException.day.between(today, today + timedelta(days=FURTHEST))


def coming_special_days() -> Sequence[SupportException]:
    """All that agents may still change."""
    query = sa.select(SupportException).where(SupportException.day >= day_of(clock.now()))
    return db.session().scalars(query.order_by(SupportException.day)).all()


def _spans(day: SupportException) -> tuple[Span, ...]:
    return () if day.opens is None or day.closes is None else (Span(day.opens, day.closes),)
