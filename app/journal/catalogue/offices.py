"""Presidencies, their terms and successions; référents, their nominations and reviews."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class PresidentRegistered(Event):
    name = "president.registered"
    mandate_id: str
    activation_link_id: str | None


@dataclass(frozen=True, kw_only=True)
class PresidentEnded(Event):
    name = "president.ended"
    mandate_id: str


@dataclass(frozen=True, kw_only=True)
class PresidentConfirmed(Event):
    """The same person presides on: a new mandate after the former, on evidence; `former_id` has ended."""

    name = "president.confirmed"
    mandate_id: str
    former_id: str


@dataclass(frozen=True, kw_only=True)
class TermReminded(Event):
    """`days_before`: 60, 14 or 0 days before the end of the term."""

    name = "term.reminded"
    mandate_id: str
    days_before: int


@dataclass(frozen=True, kw_only=True)
class SuccessionPresented(Event):
    """By the president in office; `told`: mandates of the co-presidents who may object."""

    name = "succession.presented"
    request_id: str
    mandate_id: str
    authentication_id: str
    told: list[str]


@dataclass(frozen=True, kw_only=True)
class SuccessionClaimed(Event):
    """The presidents in office (`told`: their mandates) learn who asks to be registered."""

    name = "succession.claimed"
    request_id: str
    told: list[str]


@dataclass(frozen=True, kw_only=True)
class SuccessionAnswered(Event):
    name = "succession.answered"
    request_id: str
    mandate_id: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class ReviewOpened(Event):
    name = "review.opened"
    review_id: str


@dataclass(frozen=True, kw_only=True)
class ReviewReminded(Event):
    """`days`: since it was opened."""

    name = "review.reminded"
    review_id: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ReviewAnswered(Event):
    """Who was kept and removed in one go, as references; each removal has its own event."""

    name = "review.answered"
    announced = False
    review_id: str
    kept: list[str]
    removed: list[str]


@dataclass(frozen=True, kw_only=True)
class ReviewClosed(Event):
    """`suspended`: ids of the suspensions of whom nobody answered for."""

    name = "review.closed"
    review_id: str
    suspended: list[str]


@dataclass(frozen=True, kw_only=True)
class SuspensionLifted(Event):
    name = "suspension.lifted"
    suspension_id: str
    authentication_id: str | None


@dataclass(frozen=True, kw_only=True)
class ReferentNominated(Event):
    name = "referent.nominated"
    nomination_id: str
    authentication_id: str
    link_id: str


@dataclass(frozen=True, kw_only=True)
class NominationReminded(Event):
    name = "nomination.reminded"
    nomination_id: str
    link_id: str


@dataclass(frozen=True, kw_only=True)
class NominationAccepted(Event):
    name = "nomination.accepted"
    nomination_id: str
    mandate_id: str


@dataclass(frozen=True, kw_only=True)
class NominationDeclined(Event):
    name = "nomination.declined"
    nomination_id: str


@dataclass(frozen=True, kw_only=True)
class NominationCancelled(Event):
    name = "nomination.cancelled"
    nomination_id: str


@dataclass(frozen=True, kw_only=True)
class NominationExpired(Event):
    name = "nomination.expired"
    nomination_id: str


@dataclass(frozen=True, kw_only=True)
class ReferentEnded(Event):
    name = "referent.ended"
    mandate_id: str
    authentication_id: str
