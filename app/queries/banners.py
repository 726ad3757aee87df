"""Banners: which ones a person sees today; all of them, for agents."""

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


def shown_to(actor: Actor, *, put_away: Collection[uuid.UUID]) -> sa.ColumnElement[bool]:
    """Today's, for their audience, without those dismissed."""
    today = day_of(clock.now())
    shown = sa.and_(
        PortalBanner.active,
        PortalBanner.starts_on <= today,
        PortalBanner.ends_on >= today,
        PortalBanner.audience.in_(audiences_of(actor)),
        PortalBanner.id.not_in(put_away),
    )
    if actor.account_id is None:
        return shown & PortalBanner.departement.is_(None)
    dismissed = sa.select(PortalBannerDismissal.banner_id).where(PortalBannerDismissal.account_id == actor.account_id)
    return sa.and_(shown, _near(actor), PortalBanner.id.not_in(dismissed))


def every_banner() -> Sequence[PortalBanner]:
    query = sa.select(PortalBanner).order_by(PortalBanner.ends_on.desc(), PortalBanner.starts_on.desc())
    return db.session().scalars(query).all()


def _near(actor: Actor) -> sa.ColumnElement[bool]:
    """For the whole region, or for where the person holds a mandate or practises: each found by a key."""
    departement = sa.select(Establishment.departement)
    held = departement.where(Establishment.finess.in_([mandate.establishment_finess for mandate in actor.mandates]))
    practises = (
        departement.join(Unit, Unit.establishment_finess == Establishment.finess)
        .join(Affiliation, Affiliation.unit_id == Unit.id)
        .where(Affiliation.person_id == actor.person_id, Affiliation.ended_at.is_(None))
    )
    of = PortalBanner.departement
    return sa.or_(of.is_(None), of.in_(held), of.in_(practises))
