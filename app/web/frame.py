"""Who the frame of a page greets and what it shows beside the page, read in one statement when it is rendered."""

from __future__ import annotations

import uuid

from flask import g, request

from app.policies.actor import ANONYMOUS, Actor
from app.queries.frame import Frame, frame_of
from app.queries.support_hours import hours_of_the_settings
from app.web.access import current_actor

COOKIE = "bandeaux"
"""The banners that a visitor without an account has put away: their ids, nothing else."""
MOST_REMEMBERED = 20


def without_account() -> None:
    """From now on this answer shows the visitor's frame: what an error page needs when the database is away."""
    g.frame_without_account = True


def is_without_account() -> bool:
    return bool(g.get("frame_without_account"))


def frame_actor() -> Actor:
    """Who the frame greets."""
    return ANONYMOUS if is_without_account() else current_actor()


def frame() -> Frame:
    """Read once an answer; what is known without the database when it is away."""
    if is_without_account():
        return Frame(0, (), hours_of_the_settings())
    if "frame" not in g:
        g.frame = frame_of(frame_actor(), put_away=put_away_here())
    read: Frame = g.frame
    return read


def put_away_here() -> list[uuid.UUID]:
    """What the cookie says; a cookie that somebody wrote by hand says less."""
    found = []
    for text in request.cookies.get(COOKIE, "").split(".")[:MOST_REMEMBERED]:
        try:
            found.append(uuid.UUID(hex=text))
        except ValueError:
            continue
    return found
