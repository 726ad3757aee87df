"""A campaign as a page shows it: how many CPTS at each milestone, which ones are stuck, who can be reminded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import clock, db
from app.domain.referencing import BY_THE_CENTRE, MILESTONES, NOT_AGAIN_BEFORE, Milestone
from app.models import (
    LIVING,
    Account,
    Campaign,
    CampaignCpts,
    CampaignReminder,
    Establishment,
    Mandate,
    effective,
)
from app.models.establishment import CPTS_CATEGORY
from app.policies.actor import Role
from app.queries.referencing import Progress, progress_of
from app.working_days import day_of

TO_THE_PRESIDENCY = 5
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Target:
    """A CPTS of the campaign; `reminded_at`: last time, by whatever campaign."""

    progress: Progress
    reminded_at: datetime | None

    @property
    def rests(self) -> bool:
        """Reminded too lately to be again."""
        return self.reminded_at is not None and self.reminded_at > clock.now() - NOT_AGAIN_BEFORE


@dataclass(frozen=True, slots=True)
class MilestoneCount:
    milestone: Milestone
    done: int
    stuck: int
    percent: int


@dataclass(frozen=True, slots=True)
class Overview:
    campaign: Campaign
    targets: list[Target]

    @property
    def counts(self) -> list[MilestoneCount]:
        return [
            MilestoneCount(
                milestone,
                done := sum(target.progress.done[rank] for target in self.targets),
                len(self.stuck_at(milestone.number)),
                round(100 * done / len(self.targets)) if self.targets else 0,
            )
            for rank, milestone in enumerate(MILESTONES)
        ]

    def stuck_at(self, number: int) -> list[Target]:
        """Those that have not moved for the longest time first."""
        found = [target for target in self.targets if (at := target.progress.stuck) and at.number == number]
        return sorted(found, key=lambda target: (since(target.progress, self.campaign), target.progress.name))


def since(progress: Progress, campaign: Campaign) -> datetime:
    """Since when nothing moved: the last fact, else the first day of the campaign."""
    return progress.last_move or datetime.combine(campaign.starts_on, datetime.min.time(), clock.now().tzinfo)


def campaigns() -> Sequence[Campaign]:
    """The latest first."""
    return (
        db.session().scalars(sa.select(Campaign).order_by(Campaign.starts_on.desc(), Campaign.created_at.desc())).all()
    )


def current(every: Sequence[Campaign]) -> Campaign | None:
    """The latest of those that run today, else the latest."""
    today = day_of(clock.now())
    running = (campaign for campaign in every if campaign.starts_on <= today <= campaign.ends_on)
    return next(running, next(iter(every), None))


def chosen(campaign: Campaign) -> list[str]:
    """FINESS numbers of the CPTS added one by one."""
    rows = sa.select(CampaignCpts.establishment_finess).where(CampaignCpts.campaign_id == campaign.id)
    return list(db.session().scalars(rows.order_by(CampaignCpts.establishment_finess)))


def overview(campaign: Campaign, *, only: Collection[str] | None = None) -> Overview:
    """Five statements whatever the number of CPTS. `only`: those of the targets with these FINESS numbers."""
    mine = sa.select(CampaignCpts.establishment_finess).where(CampaignCpts.campaign_id == campaign.id)
    which = sa.or_(Establishment.departement.in_(campaign.departements), Establishment.finess.in_(mine))
    found = progress_of(which if only is None else sa.and_(which, Establishment.finess.in_(only)))
    last = sa.select(CampaignReminder.establishment_finess, sa.func.max(CampaignReminder.at)).where(
        CampaignReminder.at > clock.now() - 10 * NOT_AGAIN_BEFORE
    )
    reminded = dict(db.session().execute(last.group_by(CampaignReminder.establishment_finess)).all())
    return Overview(campaign, [Target(progress, reminded.get(progress.finess)) for progress in found])


def addresses(targets: Collection[Target]) -> dict[str, list[str]]:
    """FINESS number → who can be written to about what blocks each: one statement.

    Those in office, the presidents alone when it is theirs to validate; the mailbox of the CPTS when nobody presides.
    """
    people = _people([target.progress.finess for target in targets])
    return {target.progress.finess: _addresses(target.progress, people) for target in targets}


def departements_of_cpts() -> dict[str, int]:
    """Département → how many open CPTS."""
    rows = db.session().execute(
        sa.select(Establishment.departement, sa.func.count())
        .where(Establishment.category_code == CPTS_CATEGORY, Establishment.closed_on.is_(None))
        .group_by(Establishment.departement)
        .order_by(Establishment.departement)
    )
    return dict(rows.all())


def names_of(finess: Collection[str]) -> dict[str, str]:
    """Of open CPTS only."""
    rows = db.session().execute(
        sa.select(Establishment.finess, Establishment.name).where(
            Establishment.finess.in_(finess),
            Establishment.category_code == CPTS_CATEGORY,
            Establishment.closed_on.is_(None),
        )
    )
    return dict(rows.all())


# ── steps ───────────────────────────────────────────────────────────────────


def _people(finess: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Role and address of those in office whose account lives."""
    rows = db.session().execute(
        sa.select(Mandate.establishment_finess, Mandate.role, Account.email)
        .join(Account, Account.person_id == Mandate.person_id)
        .where(Mandate.establishment_finess.in_(finess), effective(Mandate), Account.status.in_(LIVING))
        .order_by(Account.email)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for place, role, email in rows:
        found.setdefault(place, []).append((role, email))
    return found


def _addresses(progress: Progress, people: dict[str, list[tuple[str, str]]]) -> list[str]:
    milestone = progress.stuck
    if milestone is None or milestone is BY_THE_CENTRE:
        return []
    if milestone.number == 1:
        return [progress.email] if progress.email else []
    alone = milestone.number == TO_THE_PRESIDENCY
    return list(
        dict.fromkeys(
            email for role, email in people.get(progress.finess, ()) if not alone or role == Role.PRESIDENT.value
        )
    )
