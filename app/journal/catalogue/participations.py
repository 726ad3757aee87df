"""Participation of doctors in unscheduled care through their CPTS."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class ParticipationDeclared(Event):
    name = "participation.declared"
    participation_id: str


@dataclass(frozen=True, kw_only=True)
class ParticipationChanged(Event):
    """`fields`: what changed, by name."""

    name = "participation.changed"
    participation_id: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ParticipationWithdrawn(Event):
    """By the doctor, at once."""

    name = "participation.withdrawn"
    participation_id: str


@dataclass(frozen=True, kw_only=True)
class ParticipationEnded(Event):
    """`with_affiliation`: their rattachement ended in the same act, whose mails say both."""

    name = "participation.ended"
    participation_id: str
    with_affiliation: bool = False


@dataclass(frozen=True, kw_only=True)
class ParticipationEnding(Event):
    """The doctor is told of a known end, thirty days before (ISO date)."""

    name = "participation.ending"
    participation_id: str
    ends_on: str
