"""Reminders of a campaign: one mail a person, with the one thing to do for each of their CPTS."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from app import db
from app.models import Campaign
from app.notifications.mail import Body, Mail, announces
from app.queries.campaigns import Target, addresses, overview
from app.queries.referencing import next_page
from app.settings import current_settings
from app.usecases.enrolment import email_key


@announces("campaign.reminded")
def campaign_reminded(body: Body) -> Iterator[Mail]:
    """What blocks each CPTS now: one that moved on since the agent's click gets no mail about the past."""
    campaign = db.session().get_one(Campaign, uuid.UUID(body["campaign_id"]))
    targets = overview(campaign, only=list(body["steps"])).targets
    told: dict[str, tuple[str, list[Target]]] = {}
    for finess, reachable in addresses(targets).items():
        target = next(each for each in targets if each.progress.finess == finess)
        for address in reachable:
            told.setdefault(email_key(address), (address, []))[1].append(target)
    for address, concerned in told.values():
        presided = any(target.progress.presided for target in concerned)
        words = {"campaign": campaign.name, "presided": presided, "cpts": [_words(target) for target in concerned]}
        yield Mail("campaign_reminder", address, words)


def _words(target: Target) -> dict[str, Any]:
    milestone = target.progress.stuck
    assert milestone is not None  # noqa: S101 – nobody is written to about a CPTS that is published
    return {
        "name": target.progress.name,
        "number": milestone.number,
        "action": milestone.action,
        "url": current_settings().public_url.rstrip("/") + next_page(target.progress),
    }
