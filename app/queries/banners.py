"""Banners: those that this person sees today; all of them, for agents."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from app import clock, db
from app.models import (
    Affiliation,
    Establishment,
    PortalBanner,
    PortalBannerDismissal,
    Unit,
)
from app.policies.actor import Actor
from app.policies.audiences import audiences_of
from app.working_days import day_of


def banners_for(actor: Actor, *, put_away: Collection[uuid.UUID]) -> Sequence[PortalBanner]:
    """Today's, for their audience, the latest first, without those dismissed: one statement."""
    today = day_of(clock.now())
    query = (
        sa.select(PortalBanner)
        .where(PortalBanner.active, PortalBanner.starts_on <= today, PortalBanner.ends_on >= today)
        .where(PortalBanner.audience.in_(audiences_of(actor)), PortalBanner.id.not_in(put_away))
        .order_by(PortalBanner.starts_on.desc(), PortalBanner.id)
    )
    if actor.account_id is None:
        return db.session().scalars(query.where(PortalBanner.departement.is_(None))).all()
    dismissed = sa.select(PortalBannerDismissal.banner_id).where(PortalBannerDismissal.account_id == actor.account_id)
    near = PortalBanner.departement.is_(None) | PortalBanner.departement.in_(_departements(actor))
    return db.session().scalars(query.where(near, PortalBanner.id.not_in(dismissed))).all()


def every_banner() -> Sequence[PortalBanner]:
    query = sa.select(PortalBanner).order_by(PortalBanner.ends_on.desc(), PortalBanner.starts_on.desc())
    return db.session().scalars(query).all()


def _departements(actor: Actor) -> sa.Select[str]:
    """Where the person holds a mandate or practises."""
    held = [mandate.establishment_finess for mandate in actor.mandates]
    practises = (
        sa.select(Unit.establishment_finess)
        .join(Affiliation, Affiliation.unit_id == Unit.id)
        .where(Affiliation.person_id == actor.person_id, Affiliation.ended_at.is_(None))
    )
    known = Establishment.finess.in_(held) | Establishment.finess.in_(practises)
    return sa.select(Establishment.departement).where(known)
