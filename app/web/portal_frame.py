"""What the service centre has put on every page: banners, tiles, support hours. Called by the layouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask

from app import clock
from app.domain.portal_content import AUDIENCES
from app.domain.support_hours import SupportState, hour
from app.models import PortalBanner
from app.policies.actor import ANONYMOUS
from app.queries.tiles import tiles_for
from app.web.frame import frame, frame_actor, is_without_account
from app.web.help_links import help_url
from app.working_days import PARIS


def init_app(app: Flask) -> None:
    app.jinja_env.filters["minutes_fr"] = hour
    app.jinja_env.globals.update(
        audiences=AUDIENCES,
        banners=banners,
        help_url=help_url,
        my_tiles=my_tiles,
        other_entries=other_entries,
        support_hours=support_hours,
        support_state=support_state,
    )


def banners() -> Sequence[PortalBanner]:
    """None on the page that says the database is away."""
    return frame().banners


def my_tiles() -> Sequence[Any]:
    actor = frame_actor()
    return tiles_for(actor) if actor.account_id else []


def other_entries() -> Sequence[Any]:
    """Where other audiences sign in (S-085): the tiles that are for everybody."""
    return tiles_for(ANONYMOUS)


def support_hours() -> str:
    """The sentence that people read."""
    return frame().hours.sentence


def support_state() -> SupportState | None:
    """Open or closed now; nobody can tell while the database is away."""
    return None if is_without_account() else frame().hours.state(clock.now().astimezone(PARIS))
