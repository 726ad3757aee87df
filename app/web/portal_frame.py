"""What the service centre has put on every page: banners, tiles, support hours. Called by the layouts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Flask, g, request

from app.domain.portal_content import AUDIENCES
from app.domain.support_hours import Hours, SupportState, hour
from app.models import PortalBanner, PortalTile
from app.policies.actor import ANONYMOUS
from app.queries.banners import banners_for
from app.queries.support_hours import hours_of_the_settings, state_now, weekly_hours
from app.queries.tiles import tiles_for
from app.web.help_links import help_url
from app.web.navigation import frame_actor

COOKIE = "bandeaux"
"""The banners that a visitor without an account has put away: their ids, nothing else."""
MOST_REMEMBERED = 20


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
    if g.get("frame_without_account"):
        return []
    return banners_for(frame_actor(), put_away=put_away_here())


def put_away_here() -> list[uuid.UUID]:
    """What the cookie says; a cookie that somebody wrote by hand says less."""
    found = []
    for text in request.cookies.get(COOKIE, "").split(".")[:MOST_REMEMBERED]:
        try:
            found.append(uuid.UUID(hex=text))
        except ValueError:
            continue
    return found


def my_tiles() -> Sequence[PortalTile]:
    actor = frame_actor()
    return tiles_for(actor) if actor.account_id else []


def other_entries() -> Sequence[PortalTile]:
    """Where other audiences sign in (S-085): the tiles that are for everybody."""
    return tiles_for(ANONYMOUS)


def support_hours() -> str:
    """The sentence that people read."""
    return _hours().sentence


def support_state() -> SupportState | None:
    """Open or closed now."""
    if g.get("frame_without_account"):
        return None
    return state_now(_hours())


def _hours() -> Hours:
    """Once a request; those of the settings when the database is away."""
    if g.get("frame_without_account"):
        return hours_of_the_settings()
    if "support_hours" not in g:
        g.support_hours = weekly_hours()
    hours: Hours = g.support_hours
    return hours
