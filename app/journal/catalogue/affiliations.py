"""Rattachements."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class AffiliationRequested(Event):
    name = "affiliation.requested"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationAccepted(Event):
    name = "affiliation.accepted"
    request_id: str
    affiliation_id: str
    activation_link_id: str | None


@dataclass(frozen=True, kw_only=True)
class AffiliationRefused(Event):
    name = "affiliation.refused"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationInfoAsked(Event):
    name = "affiliation.info_asked"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationInfoGiven(Event):
    name = "affiliation.info_given"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationCancelled(Event):
    name = "affiliation.cancelled"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationExpired(Event):
    name = "affiliation.expired"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationLinkSent(Event):
    """The tracking link goes again to the address of a pending request, at somebody's demand."""

    name = "affiliation.link_sent"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationCreated(Event):
    """Somebody in office registers a professional themselves, who asked for nothing (S-070)."""

    name = "affiliation.created"
    request_id: str
    affiliation_id: str
    activation_link_id: str | None


@dataclass(frozen=True, kw_only=True)
class AffiliationEnded(Event):
    """`participation_ended`: their participation in unscheduled care through that CPTS ended with it."""

    name = "affiliation.ended"
    affiliation_id: str
    participation_ended: bool = False
