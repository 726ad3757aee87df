"""Referencing campaigns of the service centre."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event
from app.journal.catalogue.portal import ContentSaved


@dataclass(frozen=True, kw_only=True)
class CampaignSaved(ContentSaved):
    name = "campaign.saved"


@dataclass(frozen=True, kw_only=True)
class CampaignReminded(Event):
    """`steps`: FINESS number of each CPTS written to → the milestone where it was stuck."""

    name = "campaign.reminded"
    campaign_id: str
    steps: dict[str, int]
