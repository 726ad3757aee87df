"""Somebody who may decide at the CPTS where five hundred requests wait, through the models and past no guard."""

from __future__ import annotations

import uuid

from app import create_app, db
from app.models import Account, Establishment
from bench.load import AGENT, busy_cpts
from bench.portal import Portal
from bench.scales import Scale
from tests import factories

EMAIL = "presidente@relais.example"
PASSWORD = factories.PASSWORD


def seat(portal: Portal, scale: Scale) -> None:
    """An account with the terms accepted, and a presidency that the agent of bench/load.py granted."""
    app = create_app(database_url=portal.sqlalchemy_url, instance_path=portal.instance)
    with app.app_context():
        session = db.session()
        place = session.get_one(Establishment, busy_cpts(scale))
        holder = factories.person(session, "Hélène", "Banc", listed=False)
        factories.account(session, holder, EMAIL)
        factories.presidency(session, place, holder, by=session.get_one(Account, uuid.UUID(AGENT)))
        session.commit()
    with app.app_context():
        db.engine().dispose()
