"""Campaigns: the service centre says which CPTS it follows, and reminds those that are stuck."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.referencing import BY_THE_CENTRE
from app.journal.catalogue import CampaignReminded, CampaignSaved
from app.journal.record import record
from app.models import Campaign, CampaignCpts, CampaignReminder, Establishment
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.campaigns import Target, addresses, chosen, names_of, overview
from app.usecases.base import usecase
from app.usecases.editing import CHANGED_MEANWHILE
from app.working_days import day_of

MOST_CPTS = 2_000
NO_TARGET = "Cochez au moins un département, ou donnez le numéro FINESS d’au moins une CPTS."
OVER = "Cette campagne est terminée."
NOT_STARTED = "Cette campagne n’a pas commencé."


@dataclass(frozen=True)
class CampaignWords:
    name: str
    starts_on: date
    ends_on: date
    departements: tuple[str, ...]
    cpts: tuple[str, ...]
    """FINESS numbers."""


@dataclass
class Reminders:
    """`sent`: FINESS numbers; `refused`: name of the CPTS → why not."""

    sent: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@usecase(Permission.CAMPAIGN_RUN)
def open_campaign(actor: Actor, _portal: None, *, words: CampaignWords) -> Campaign:
    """Raises Invalid."""
    _check(words)
    now = clock.now()
    campaign = Campaign(
        name=words.name,
        starts_on=words.starts_on,
        ends_on=words.ends_on,
        departements=sorted(words.departements),
        created_at=now,
        created_by_account_id=actor.account_id,
        updated_at=now,
    )
    db.session().add(campaign)
    db.session().flush()
    _choose(campaign, words)
    record(CampaignSaved(actor=actor.reference, subject=reference(campaign), before=None, after=_told(campaign)))
    return campaign


@usecase(Permission.CAMPAIGN_RUN)
def change_campaign(actor: Actor, campaign: Campaign, *, words: CampaignWords, seen: int) -> None:
    """Raises Invalid, and ImpossibleNow when somebody saved it after version `seen`."""
    db.session().refresh(campaign, with_for_update=True)
    if campaign.version != seen:
        raise ImpossibleNow(CHANGED_MEANWHILE)
    _check(words)
    before = _told(campaign)
    campaign.name, campaign.starts_on, campaign.ends_on = words.name, words.starts_on, words.ends_on
    campaign.departements = sorted(words.departements)
    campaign.version, campaign.updated_at = seen + 1, clock.now()
    db.session().execute(sa.delete(CampaignCpts).where(CampaignCpts.campaign_id == campaign.id))
    _choose(campaign, words)
    record(CampaignSaved(actor=actor.reference, subject=reference(campaign), before=before, after=_told(campaign)))


@usecase(Permission.CAMPAIGN_RUN)
def remind_stuck(actor: Actor, campaign: Campaign, *, finess: Collection[str]) -> Reminders:
    """Write to the people of these CPTS about the one thing that blocks each. Raises ImpossibleNow out of its dates.

    Not those that moved on, that wait for the service centre, that nobody can be written to, or reminded this week.
    """
    today = day_of(clock.now())
    if not campaign.starts_on <= today <= campaign.ends_on:
        raise ImpossibleNow(OVER if today > campaign.ends_on else NOT_STARTED)
    _hold(finess)
    targets = overview(campaign, only=finess).targets
    known = addresses(targets)
    result = Reminders()
    steps: dict[str, int] = {}
    for target in targets:
        reason = _why_not(target, known[target.progress.finess])
        if reason:
            result.refused[target.progress.name] = reason
        elif target.progress.stuck:
            steps[target.progress.finess] = target.progress.stuck.number
    result.sent = sorted(steps)
    if steps:
        _remember(actor, campaign, steps)
        sent = CampaignReminded(
            actor=actor.reference, subject=reference(campaign), campaign_id=str(campaign.id), steps=steps
        )
        record(sent)
    return result


# ── steps ───────────────────────────────────────────────────────────────────


def _check(words: CampaignWords) -> None:
    refused: dict[str, str] = {}
    if words.ends_on < words.starts_on:
        refused["ends_on"] = "Le dernier jour est avant le premier."
    if not words.departements and not words.cpts:
        refused["departements"] = NO_TARGET
    if len(words.cpts) > MOST_CPTS:
        refused["cpts"] = f"Donnez {MOST_CPTS} numéros au plus."
    elif unknown := sorted(set(words.cpts) - set(names_of(words.cpts))):
        refused["cpts"] = f"Aucune CPTS ouverte ne porte ces numéros : {', '.join(unknown[:10])}."
    if refused:
        raise Invalid(refused)


def _choose(campaign: Campaign, words: CampaignWords) -> None:
    rows = [{"campaign_id": campaign.id, "establishment_finess": each} for each in sorted(set(words.cpts))]
    if rows:
        db.session().execute(sa.insert(CampaignCpts), rows)


def _told(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "departements": list(campaign.departements),
        "cpts": chosen(campaign),
    }


def _hold(finess: Collection[str]) -> None:
    """Two agents who remind the same CPTS: the second waits, then sees that it was reminded."""
    rows = sa.select(Establishment.finess).where(Establishment.finess.in_(finess)).order_by(Establishment.finess)
    db.session().execute(rows.with_for_update())


def _why_not(target: Target, reachable: list[str]) -> str:
    if target.progress.stuck is None:
        return "elle est publiée."
    if target.progress.stuck is BY_THE_CENTRE:
        return "c’est au centre de services d’agir."
    if target.rests:
        return "elle a été relancée il y a moins de sept jours."
    return "" if reachable else "le portail ne connaît personne à qui écrire."


def _remember(actor: Actor, campaign: Campaign, steps: dict[str, int]) -> None:
    assert actor.account_id is not None  # noqa: S101 – the policy lets agents in only
    now = clock.now()
    db.session().add_all(
        CampaignReminder(
            campaign_id=campaign.id,
            establishment_finess=finess,
            step=step,
            at=now,
            sent_by_account_id=actor.account_id,
        )
        for finess, step in sorted(steps.items())
    )
